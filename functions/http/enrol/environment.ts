import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const enrolEnvironment = z.object(variables).pick({
  SITES_TABLE_NAME: true,
  EPHEMERAL_TABLE_NAME: true,
  LEDGER_TABLE_NAME: true,
  SITE_AUTH_KEY_ID: true,
  EVIDENCE_KEY_ID: true,
  MAIL_QUEUE_URL: true,
  VERIFY_FUNCTION_NAME: true,
  PUBLIC_ORIGIN: true,
});
