import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const siteRequestsEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  REQUESTS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  WRAP_REQUEST_KEY_ID: true,
  LEDGER_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  EPHEMERAL_TABLE_NAME: true,
  INDEX_KEY_ID: true,
  CHOICE_KEY_ID: true,
  SITE_AUTH_KEY_ID: true,
  EFFECTS_QUEUE_URL: true,
  OPEN_REQUEST_FUNCTION_NAME: true,
  VERIFY_FUNCTION_NAME: true,
  RELEASE_FUNCTION_NAME: true,
  PUBLIC_ORIGIN: true,
});
