import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const expireEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  STAGING_BUCKET_NAME: true,
  BUNDLES_BUCKET_NAME: true,
  DESTROY_KEYS_FUNCTION_NAME: true,
  ERASE_ROWS_FUNCTION_NAME: true,
});
