import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const signEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  EVIDENCE_KEY_ID: true,
  PLAN_KEY_ID: true,
  COUNT_FOUND_KEY_ID: true,
  COUNT_ERASED_KEY_ID: true,
  COUNT_SEEN_KEY_ID: true,
  LONGEST_FUNCTION_SECONDS: true,
  KEY_RECOVERY_DAYS: true,
  TABLE_RECOVERY_DAYS: true,
  QUEUE_RETENTION_DAYS: true,
  LOG_RETENTION_DAYS: true,
  SOFTWARE_VERSION: true,
  VENDOR_NAME: true,
  PUBLIC_ORIGIN: true,
});
