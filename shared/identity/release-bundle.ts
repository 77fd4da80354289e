import type { Table } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { readBundle, takeLink, type Bundle } from '#shared/requests/bundles.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { commitChange, readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { requireProof } from './proof.ts';

export type Refusal = 'not-ready' | 'nothing-to-give' | 'gone' | 'links-used-up';
const released = new Set<RequestRecord['state']>(['fulfilled', 'partly-fulfilled']);

/**
 * Takes one of a bundle's links for a request whose work has ended. Checked each time, by the one function that can read
 * bundles: the proof's MAC (A17), and that every profile in the bundle still has the keys that it was exported with
 * (race 6). Each link is an event.
 * @throws ProofMissing, PlanForged
 */
export async function releaseBundle(
  stores: RequestStores & { directory: Table; planKey: MacKey },
  proofKey: MacKey,
  { requestId, number, linkId, now }: { requestId: string; number: number; linkId: string; now: string },
): Promise<Bundle | Refusal> {
  const request = await readRequest(stores, requestId);
  if (!request || !released.has(request.state)) return 'not-ready';
  if (request.disavowedAt !== undefined) return 'gone';
  await requireProof(stores.requests, proofKey, request);
  if (request.bundles === 0) return 'nothing-to-give';
  const bundle = await readBundle(stores.requests, requestId, number);
  if (bundle?.attempt !== request.attempt) return 'not-ready';
  if (bundle.state === 'expired' || bundle.expiresAt <= now) return 'gone';
  if (!(await profilesUnchanged(stores, request))) return 'gone';
  if (bundle.linksLeft < 1) return 'links-used-up';
  try {
    await commitChange(stores, requestId, {
      event: { note: 'link-issued' },
      at: now,
      actor: request.channel.kind,
      facts: { bundle: number, linksLeft: bundle.linksLeft - 1 },
      detail: linkId,
      items: [takeLink(stores.requests, requestId, number, now)],
    });
  } catch (error) {
    if (error instanceof TransactionRefused) return 'links-used-up';
    throw error;
  }
  return { ...bundle, linksLeft: bundle.linksLeft - 1 };
}

async function profilesUnchanged(
  { requests, directory, planKey }: { requests: Table; directory: Table; planKey: MacKey },
  { requestId, attempt }: RequestRecord,
): Promise<boolean> {
  for (const { profileId, epoch } of await requirePlan(requests, planKey, { requestId, attempt })) {
    const profile = await readProfile(directory, profileId);
    if (profile?.epoch !== epoch) return false;
  }
  return true;
}
