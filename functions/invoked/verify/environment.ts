import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const verifyEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  CODE_KEY_ID: true,
  PROOF_KEY_ID: true,
});
