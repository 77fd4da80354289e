import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const concludeEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  DIRECTORY_TABLE_NAME: true,
  PLAN_KEY_ID: true,
  COUNT_FOUND_KEY_ID: true,
  COUNT_SEEN_KEY_ID: true,
  EFFECTS_QUEUE_URL: true,
});
