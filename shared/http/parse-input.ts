import * as z from 'zod';
import { inputErrors } from './input-errors.ts';
import { invalid, Problem } from './problem.ts';
import { parseJson } from './parse-json.ts';
import type { RouteContract } from './route-contract.ts';

const uuids = z.record(z.string(), z.uuid().lowercase());
const noBody = z.strictObject({}).optional();
const jsonType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

/** Path parameters that do not fit name nothing: 404, as for an id that is not there. */
export function parseParams(contract: RouteContract, params: Readonly<Record<string, string>>): unknown {
  const parsed = (contract.params ?? uuids).safeParse(params);
  if (!parsed.success) throw new Problem('not-found');
  return parsed.data;
}

/** @throws Problem `validation` for any query string that the contract does not name */
export function parseQuery(contract: RouteContract, rawQuery: string): unknown {
  if (contract.query === undefined) {
    if (rawQuery !== '') throw invalid('query', 'no query string is expected');
    return undefined;
  }
  const pairs = [...new URLSearchParams(rawQuery)];
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) {
    throw invalid('query', 'each parameter is expected once');
  }
  return check(contract.query, Object.fromEntries(pairs), 'query');
}

/** @throws Problem `unsupported-media-type`, `malformed`, `too-deep` or `validation` */
export function parseBody(
  contract: RouteContract,
  rawBody: Buffer,
  contentType: string | undefined,
): unknown {
  const schema = contract.body ?? noBody;
  if (rawBody.length === 0) {
    const parsed = schema.safeParse(undefined);
    if (!parsed.success) throw new Problem('malformed');
    return parsed.data;
  }
  if (!jsonType.test(contentType ?? '')) throw new Problem('unsupported-media-type');
  return check(schema, parseJson(rawBody));
}

function check(schema: z.ZodType, value: unknown, root?: string): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Problem('validation', { errors: inputErrors(parsed.error, root) });
  return parsed.data;
}
