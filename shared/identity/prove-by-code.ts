import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { commitChange, readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import { hashSecret, isSecret } from '#shared/requests/secret.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { codeRow, macOfCode, matchCode, useCode } from './code-store.ts';
import { writeProof } from './proof.ts';
import { writeToken } from './token.ts';

export type ProofKeys = { readonly code: MacKey; readonly proof: MacKey };
export type Proven = { readonly token: string; readonly expiresAt: string; readonly level: number };

/** States in which a fresh code renews the token of a person who was proven before. */
const renewable = new Set([
  'verified',
  'cooling-off',
  'in-progress',
  'needs-attention',
  'fulfilled',
  'partly-fulfilled',
]);

/**
 * Proves control of the request's mailbox: level 1. Needs the code and the browser secret of whoever filed the request,
 * so that a code that Alice reads in her mail is of no use in somebody else's request (A2). Whatever is wrong, the
 * answer is undefined and nothing more.
 */
export async function proveByCode(
  stores: RequestStores,
  keys: ProofKeys,
  attempt: { requestId: string; code: string; browserSecret: string; token: string; now: Date },
): Promise<Proven | undefined> {
  const { requestId, browserSecret, token, now } = attempt;
  const request = await readRequest(stores, requestId);
  if (request?.channel.kind !== 'subject' || request.disavowedAt !== undefined) return undefined;
  if (!isSecret(browserSecret, request.channel.browserSecretHash)) return undefined;
  const row = codeRow(requestId);
  const mac = await matchCode(stores.requests, row, attempt, (code) => macOfCode(keys.code, requestId, code));
  if (mac === undefined) return undefined;

  const { item: newToken, expiresAt } = writeToken(stores.requests, requestId, token, now);
  const items = [useCode(stores.requests, row, mac, now), newToken];
  const isFirst = !renewable.has(request.state);
  if (isFirst || request.state === 'verified') {
    items.push(
      await writeProof(stores.requests, keys.proof, request, { level: 1, method: 'email-code', now }),
    );
  }
  try {
    await commitChange(stores, requestId, {
      event: isFirst ? 'identity-verified' : { note: 'token-renewed' },
      at: now.toISOString(),
      actor: 'subject',
      facts: { method: 'email-code', level: 1 },
      detail: hashSecret(token),
      items,
    });
  } catch (error) {
    if (error instanceof TransitionRefused || error instanceof TransactionRefused) return undefined;
    throw error;
  }
  return { token, expiresAt, level: 1 };
}
