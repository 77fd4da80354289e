import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const signEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  EVIDENCE_KEY_ID: true,
});
