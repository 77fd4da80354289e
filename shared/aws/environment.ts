import type * as z from 'zod';

/** Thrown at cold start when a function's environment does not fit its schema; names the variables, never the values. */
export class EnvironmentInvalid extends Error {
  override readonly name = 'EnvironmentInvalid';
}

/** Reads and checks the variables of one function. Keys of the schema are the variables' names. */
export function readEnvironment<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  source: NodeJS.ProcessEnv = process.env,
): z.output<z.ZodObject<Shape>> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new EnvironmentInvalid(`environment variables missing or wrong: ${names.join(', ')}`);
}
