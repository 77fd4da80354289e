import { TransactionRefused } from '#shared/aws/transaction.ts';
import { commitChange, readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import { hashSecret, isSecret } from '#shared/requests/secret.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { useCode } from './code-store.ts';
import { readOwnProof, writeProof } from './proof.ts';
import type { ProofKeys, Proven } from './prove-by-code.ts';
import { matchSecondCode, secondCodeRow } from './second-code.ts';
import { writeToken } from './token.ts';

const method = 'email-code+sms-code';

/**
 * Raises a proof to level 2 by the code that went to a second identifier (A1): while the request is `verified`, by the same
 * browser, and on a first proof that still holds. The raised proof says which identifier it was, under its MAC, and ends
 * when the first would have: it is no fresher than its older half. Whatever is wrong, the answer is undefined and nothing more.
 */
export async function proveBySecondCode(
  stores: RequestStores,
  keys: ProofKeys,
  attempt: { requestId: string; code: string; browserSecret: string; token: string; now: Date },
): Promise<Proven | undefined> {
  const { requestId, browserSecret, token, now } = attempt;
  const { requests } = stores;
  const request = await readRequest(stores, requestId);
  if (request?.channel.kind !== 'subject' || request.state !== 'verified') return undefined;
  if (!isSecret(browserSecret, request.channel.browserSecretHash)) return undefined;
  const matched = await matchSecondCode(requests, keys.code, requestId, attempt);
  const first = matched && (await readOwnProof(requests, keys.proof, request, now));
  if (!matched || !first) return undefined;

  const { second, mac } = matched;
  const { item: newToken, expiresAt } = writeToken(requests, requestId, token, now);
  const raised = { level: 2, method, second, now, expiresAt: first.expiresAt };
  try {
    await commitChange(stores, requestId, {
      event: 'level-raised',
      at: now.toISOString(),
      actor: 'subject',
      facts: { method, level: 2 },
      detail: hashSecret(token),
      items: [
        useCode(requests, secondCodeRow(requestId), mac, now),
        newToken,
        await writeProof(requests, keys.proof, request, raised),
      ],
    });
  } catch (error) {
    if (error instanceof TransitionRefused || error instanceof TransactionRefused) return undefined;
    throw error;
  }
  return { token, expiresAt, level: 2 };
}
