import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const concludeEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  DIRECTORY_TABLE_NAME: true,
  EFFECTS_QUEUE_URL: true,
});
