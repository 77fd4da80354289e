import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const reconcileEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  EXPORT_MACHINE_ARN: true,
  ERASURE_MACHINE_ARN: true,
  EFFECTS_QUEUE_URL: true,
});
