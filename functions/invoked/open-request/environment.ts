import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const openRequestEnvironment = z.object(variables).pick({
  KEYS_TABLE_NAME: true,
  WRAP_REQUEST_KEY_ID: true,
});
