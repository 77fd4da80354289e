import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const subjectEnvironment = z.object(variables).pick({
  INDEX_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  EPHEMERAL_TABLE_NAME: true,
  WRAP_REQUEST_KEY_ID: true,
  INDEX_KEY_ID: true,
  CHOICE_KEY_ID: true,
  EFFECTS_QUEUE_URL: true,
  OPEN_REQUEST_FUNCTION_NAME: true,
  VERIFY_FUNCTION_NAME: true,
  RELEASE_FUNCTION_NAME: true,
  PUBLIC_ORIGIN: true,
  VENDOR_COUNTRY: true,
  VENDOR_TIME_ZONE: true,
});
