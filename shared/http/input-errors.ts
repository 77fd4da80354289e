import type * as z from 'zod';
import type { InputError } from './problem.ts';

/** A body can be wrong in a thousand places; the first ones help, all of them only cost. */
const mostErrors = 20;
const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/**
 * Validation errors as the API answers them. Paths are of field names and positions; a name that the caller made up is
 * shown only where it looks like a field name, since a key can hold a value (an address, say). Messages are those of the
 * schema, which speak of what is expected; zod does not put values in them.
 */
export function inputErrors(error: z.ZodError, root?: string): InputError[] {
  const prefix = root === undefined ? [] : [root];
  return error.issues
    .flatMap((issue) => describe(issue).map(({ path, message }) => ({ path: [...prefix, ...path], message })))
    .slice(0, mostErrors)
    .map(({ path, message }) => ({ path: path.map(segment).join('.'), message }));
}

function describe(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown field' }));
}

const segment = (part: PropertyKey): string =>
  typeof part === 'number' || (typeof part === 'string' && fieldName.test(part)) ? String(part) : '*';
