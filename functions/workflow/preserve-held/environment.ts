import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const preserveHeldEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  RECORDS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  WRAP_ORDINARY_KEY_ID: true,
  WRAP_RETAINED_KEY_ID: true,
  PLAN_KEY_ID: true,
  COUNT_FOUND_KEY_ID: true,
});
