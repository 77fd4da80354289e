import { Problem } from '#shared/http/problem.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import type { Wiring } from './wiring.ts';

/** The request that a token speaks for. Unknown request, wrong token and old token are one refusal. */
export async function requireOwn(
  wiring: Wiring,
  requestId: string,
  token: string,
  now: Date,
): Promise<RequestRecord> {
  const valid = await isTokenValid(wiring.requests, requestId, token, now);
  const request = valid ? await readRequest(wiring, requestId) : undefined;
  if (!request) throw new Problem('token-invalid');
  return request;
}
