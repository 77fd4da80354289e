import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const planWorkEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  INDEX_TABLE_NAME: true,
  RECORDS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  WRAP_ORDINARY_KEY_ID: true,
  WRAP_REQUEST_KEY_ID: true,
  PROOF_KEY_ID: true,
  CHOICE_KEY_ID: true,
  PLAN_KEY_ID: true,
  NOTICE_KEY_ID: true,
  COOLING_OFF_NORMAL: true,
  COOLING_OFF_EXTENDED: true,
  SMS_COUNTRIES: true,
  EFFECTS_QUEUE_URL: true,
});
