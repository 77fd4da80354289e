import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const publicEnvironment = z.object(variables).pick({ EVIDENCE_KEY_ID: true });
