import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const releaseEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  DIRECTORY_TABLE_NAME: true,
  PROOF_KEY_ID: true,
  PLAN_KEY_ID: true,
  BUNDLES_BUCKET_NAME: true,
});
