import { v7 as uuid } from 'uuid';
import { transact } from '#shared/aws/transaction.ts';
import type { DatasetName } from '#shared/data-map/data-map.ts';
import { writeProof } from '#shared/identity/proof.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { at, email, hashOf, knownProfile, now, startErasure, store, type Known } from './erasure-request.ts';
import type { ErasureRun } from './erasure-work.ts';
import type { CallFunction } from './export-work.ts';
import { advance, fileForEmail, requireRequest } from './filed-request.ts';
import type { Turns } from './interleaving.ts';
import type { World } from './vault-world.ts';

/** One person's data at one controller. */
export type Scene = {
  readonly controllerId: string;
  readonly profileId: string;
  readonly address: Known;
};

/** A profile with a verified address, a consent, and a record of each of these datasets. */
export async function makeScene(
  world: World,
  { datasets = ['support-case'], address = email() }: { datasets?: DatasetName[]; address?: Known } = {},
): Promise<Scene> {
  const controllerId = uuid();
  const profileId = await knownProfile(world, [address], { controllerId });
  for (const dataset of datasets) await store(world, profileId, dataset);
  return { controllerId, profileId, address };
}

/** An erasure of these profiles at level 2, by the address that leads to all of them; it cools off. */
export const eraseScenes = (world: World, scenes: readonly Scene[]): Promise<string> =>
  startErasure(world, scenes[0]?.address ?? email(), {
    scope: scenes.map(({ controllerId }) => controllerId),
    level: 2,
  });

/** An export of the same, started: what its machine is begun with. */
export async function exportScene(world: World, { controllerId, address }: Scene): Promise<string> {
  const identifier = { identifierHash: hashOf(address), email: address.value };
  const requestId = await fileForEmail(world, now, { right: 'access', ...identifier });
  const filed = await requireRequest(world, requestId);
  const proven = { level: 1, method: 'email-code', now };
  await transact(world.clients.dynamo, [await writeProof(world.requests, world.key('proof'), filed, proven)]);
  await advance(world, requestId, now, 'identity-verified');
  const set = { scope: [controllerId] };
  await commitChange(world, requestId, { event: 'started', at, actor: 'subject', set });
  return requestId;
}

/** Work at the time of the scene, beside others whose turn is waited for. */
export const besideOthers = (turns: Turns, call: CallFunction): ErasureRun => ({
  ...{ call, whenBusy: turns.wait },
  now: () => now,
});
