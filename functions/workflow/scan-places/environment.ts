import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const scanPlacesEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  INDEX_TABLE_NAME: true,
  RECORDS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  PLAN_KEY_ID: true,
  COUNT_FOUND_KEY_ID: true,
  COUNT_SEEN_KEY_ID: true,
  STAGING_BUCKET_NAME: true,
  BUNDLES_BUCKET_NAME: true,
});
