import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const startWorkEnvironment = z.object(variables).pick({
  EXPORT_MACHINE_ARN: true,
  ERASURE_MACHINE_ARN: true,
  MAIL_QUEUE_URL: true,
});
