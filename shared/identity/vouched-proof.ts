import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { commitChange, type RequestStores } from '#shared/requests/request-store.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { writeProof } from './proof.ts';

/** What a site vouches for with its signature. `proofMethod` stands in the proof, `method` in the event. */
export type Vouched = {
  readonly event: 'identity-verified' | 'ordered';
  readonly level: number;
  readonly method: string;
  readonly proofMethod: string;
  readonly now: Date;
};

/** Writes proof and event together. @returns the level, or undefined where the request takes no proof any more */
export async function commitVouched(
  stores: RequestStores,
  proofKey: MacKey,
  request: RequestRecord,
  { event, level, method, proofMethod, now }: Vouched,
): Promise<number | undefined> {
  const proof = await writeProof(stores.requests, proofKey, request, { level, method: proofMethod, now });
  const facts = { method, level };
  const change = { event, at: now.toISOString(), actor: 'site', facts, items: [proof] } as const;
  try {
    await commitChange(stores, request.requestId, change);
  } catch (error) {
    if (error instanceof TransitionRefused) return undefined;
    throw error;
  }
  return level;
}
