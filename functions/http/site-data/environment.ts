import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const siteDataEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  INDEX_TABLE_NAME: true,
  RECORDS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  EPHEMERAL_TABLE_NAME: true,
  WRAP_ORDINARY_KEY_ID: true,
  WRAP_RETAINED_KEY_ID: true,
  INDEX_KEY_ID: true,
  SITE_AUTH_KEY_ID: true,
  OPEN_PROFILE_FUNCTION_NAME: true,
  PUBLIC_ORIGIN: true,
});
