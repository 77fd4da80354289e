import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import type { Opening } from '#shared/profiles/sound.ts';
import { holdsAuthenticator } from '#shared/vault/holds-authenticator.ts';
import type { AnnounceStores } from './announce-erasure.ts';
import { findOpenings } from './find-openings.ts';
import type { RequestRecord } from './request-record.ts';
import { AttemptSuperseded, commitChange, requireRequest } from './request-store.ts';
import { letGo, readRestricted } from './restricted-profiles.ts';
import { makeTask, putTask, requireTasks, type PlannedTask } from './tasks.ts';
import { TransitionRefused } from './transitions.ts';

export type PlanErasureStores = AnnounceStores & { readonly records: Table; readonly planKey: MacKey };

/** Its receipt is one row of at most 400 KB; what would not fit is refused before a key goes. */
const mostTasks = 300;
/** Thrown when an erasure covers more profiles than one receipt can speak of. */
export class PlanTooLarge extends Error {
  override readonly name = 'PlanTooLarge';
}

/** Thrown when an erasure is to be planned before its cooling-off is over. */
export class CoolingOffRuns extends Error {
  override readonly name = 'CoolingOffRuns';
}

/**
 * Plans an erasure once its cooling-off is over (race 7): from here on nobody can withdraw it. One task per profile that
 * the proof opens and the scope holds; what the proof is not enough for is left whole and said so (A1).
 * @param levelIn level of the proof in a profile: 2 where two identifiers of that very profile, or a second factor, were proven
 * @returns the number of tasks
 * @throws AttemptSuperseded, CoolingOffRuns
 */
export async function planErasure(
  stores: PlanErasureStores,
  cooled: RequestRecord,
  {
    attempt,
    levelIn,
    dataMapVersion,
    now,
  }: {
    attempt: number;
    levelIn: (profileId: string) => number;
    dataMapVersion: string;
    now: string;
  },
): Promise<number> {
  const request = await elapse(stores, cooled, attempt, now);
  const { requestId, planFrom = attempt } = request;
  const planned =
    request.plannedAt === undefined
      ? await makePlan(stores, request, levelIn, now)
      : await requireTasks(stores.requests, stores.planKey, requestId, { from: planFrom });
  for (const { profileId, controllerId, aim, reason, epoch, level } of planned) {
    const one = { profileId, controllerId, aim, epoch, level, ...(reason === undefined ? {} : { reason }) };
    const task = await makeTask(stores.planKey, requestId, attempt, one);
    await transact(stores.requests.client, [putTask(stores.requests, requestId, task)]);
  }
  const going = planned.filter(({ aim }) => aim === 'erase').map(({ profileId }) => profileId);
  await letGo(stores, requestId, new Set(going));
  const withheld = [...new Set(planned.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))];
  await commitChange(stores, requestId, {
    event: { note: 'planned' },
    at: now,
    actor: 'system',
    facts: { tasks: planned.length, dataMapVersion, withheld },
    attempt,
    set: { openTasks: planned.length, plannedAt: request.plannedAt ?? now, planFrom, withheld },
  });
  return planned.length;
}

/** Made once: a later attempt finds index entries gone that the first has erased, and works on the same profiles. */
async function makePlan(
  stores: PlanErasureStores,
  request: RequestRecord,
  levelIn: (profileId: string) => number,
  now: string,
): Promise<PlannedTask[]> {
  const { requestId, attempt } = request;
  const restricted = await readRestricted(stores.requests, requestId);
  // What a first try of this attempt has planned already stays planned.
  const planned: PlannedTask[] = await requireTasks(stores.requests, stores.planKey, requestId, attempt);
  const known = new Set(planned.map(({ profileId }) => profileId));
  for (const opening of await findOpenings(stores, request, now)) {
    if (known.has(opening.profileId)) continue;
    const task = await planTask(stores, opening, restricted, levelIn);
    if (task) planned.push(task);
  }
  if (planned.length > mostTasks) throw new PlanTooLarge(`request ${requestId} covers too many profiles`);
  return planned;
}

/** Ends the cooling-off. A withdrawal that came first supersedes this attempt; one that comes later is refused. */
async function elapse(
  stores: PlanErasureStores,
  request: RequestRecord,
  attempt: number,
  now: string,
): Promise<RequestRecord> {
  const { requestId, state, coolingOffUntil } = request;
  if (state !== 'cooling-off') return requireRequest(stores, requestId, attempt);
  if (coolingOffUntil === undefined || now < coolingOffUntil)
    throw new CoolingOffRuns(`request ${requestId} cools off`);
  try {
    return await commitChange(stores, requestId, {
      event: 'elapsed',
      at: now,
      actor: 'system',
      ...{ attempt, during: 'cooling-off' },
    });
  } catch (error) {
    if (error instanceof TransitionRefused)
      throw new AttemptSuperseded(`request ${requestId} was stopped`, { cause: error });
    throw error;
  }
}

async function planTask(
  stores: PlanErasureStores,
  { profileId, controllerId, storedFrom }: Opening,
  restricted: ReadonlySet<string>,
  levelIn: (profileId: string) => number,
): Promise<PlannedTask | undefined> {
  const profile = await readProfile(stores.directory, profileId);
  // Nobody was told of an open profile that came into reach since the announcement (race 7).
  if (!profile || (profile.state === 'open' && !restricted.has(profileId))) return undefined;
  const level: 1 | 2 = levelIn(profileId) < 2 ? 1 : 2;
  const task = { profileId, controllerId, epoch: profile.epoch, level };
  if (profile.state === 'erased') return { ...task, aim: 'already-erased' };
  // One key for all of it: what a new identifier does not open yet would go as well.
  if (storedFrom !== undefined) return { ...task, aim: 'withheld', reason: 'identifier-linked-recently' };
  const needsMore = level < 2 && (await holdsAuthenticator(stores, profileId));
  return needsMore ? { ...task, aim: 'withheld', reason: 'needs-level-2' } : { ...task, aim: 'erase' };
}
