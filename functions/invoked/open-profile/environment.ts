import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const openProfileEnvironment = z.object(variables).pick({
  DIRECTORY_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  WRAP_ORDINARY_KEY_ID: true,
  WRAP_RETAINED_KEY_ID: true,
});
