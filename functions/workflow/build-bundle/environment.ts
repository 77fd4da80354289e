import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const buildBundleEnvironment = z.object(variables).pick({
  KEYS_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  WRAP_REQUEST_KEY_ID: true,
  PLAN_KEY_ID: true,
  STAGING_BUCKET_NAME: true,
  BUNDLES_BUCKET_NAME: true,
  SIGN_FUNCTION_NAME: true,
  VENDOR_NAME: true,
  PUBLIC_ORIGIN: true,
});
