import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const lapseEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  EFFECTS_QUEUE_URL: true,
});
