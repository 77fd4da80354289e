import { transact } from '#shared/aws/transaction.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import type { Opening } from '#shared/profiles/sound.ts';
import type { AnnounceStores } from './announce-erasure.ts';
import { letGo, requireAnnounced, type Announced } from './announced-profiles.ts';
import { findOpenings } from './find-openings.ts';
import type { RequestRecord } from './request-record.ts';
import { AttemptSuperseded, commitChange, requireRequest } from './request-store.ts';
import { makeTask, putTask, requireTasks, type PlannedTask } from './tasks.ts';
import { TransitionRefused } from './transitions.ts';
import { reasonToWithhold } from './withholding.ts';

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
 * was announced, or that was erased before; what the proof is not enough for, or does not open any more, is left whole and
 * said so (A1, G09).
 * @param levelIn level of the proof in a profile: 2 where two identifiers of that very profile, or a second factor, were proven
 * @returns the number of tasks
 * @throws AttemptSuperseded, CoolingOffRuns, PlanForged
 */
export async function planErasure(
  stores: AnnounceStores,
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
  stores: AnnounceStores,
  request: RequestRecord,
  levelIn: (profileId: string) => number,
  now: string,
): Promise<PlannedTask[]> {
  const { requestId } = request;
  // What an earlier try has planned already stays planned: it has let go of what it withheld.
  const planned: PlannedTask[] = await requireTasks(stores.requests, stores.planKey, requestId, { from: 1 });
  const known = new Set(planned.map(({ profileId }) => profileId));
  const announced = await requireAnnounced(stores, requestId);
  const openings = new Map(
    (await findOpenings(stores, request, now)).map((one) => [one.profileId, one] as const),
  );
  for (const profileId of new Set([...announced.keys(), ...openings.keys()])) {
    if (known.has(profileId)) continue;
    const found = { announced: announced.get(profileId), opening: openings.get(profileId) };
    const task = await planTask(stores, requestId, { profileId, level: levelIn(profileId), ...found });
    if (task) planned.push(task);
  }
  if (planned.length > mostTasks) throw new PlanTooLarge(`request ${requestId} covers too many profiles`);
  return planned;
}

/** Ends the cooling-off. A withdrawal that came first supersedes this attempt; one that comes later is refused. */
async function elapse(
  stores: AnnounceStores,
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

type Found = {
  readonly profileId: string;
  readonly level: number;
  readonly announced: Announced | undefined;
  readonly opening: Opening | undefined;
};

async function planTask(
  stores: AnnounceStores,
  requestId: string,
  { profileId, level: proven, announced, opening }: Found,
): Promise<PlannedTask | undefined> {
  const profile = await readProfile(stores.directory, profileId);
  const controllerId = (announced ?? opening)?.controllerId;
  if (!profile || controllerId === undefined) return undefined;
  const level: 1 | 2 = proven < 2 ? 1 : 2;
  const task = { profileId, controllerId, epoch: profile.epoch, level };
  if (!opening) return { ...task, aim: 'withheld', reason: 'no-longer-opened' };
  if (profile.state === 'erased') return { ...task, aim: 'already-erased' };
  // Nobody was told of an open profile that came into reach since the announcement (race 7); for one that another request
  // is erasing, this one waits, and does not touch it.
  if (!announced) return profile.state === 'open' ? undefined : { ...task, aim: 'already-erased' };
  const reason = announced.reason ?? (await reasonToWithhold(stores, opening, level));
  if (reason !== undefined) return { ...task, aim: 'withheld', reason };
  return isRestricted(profile, requestId)
    ? { ...task, aim: 'erase' }
    : { ...task, aim: 'withheld', reason: 'no-longer-opened' };
}

/** What could be used all the while, since its restriction is gone, is not erased (A25). */
const isRestricted = ({ restrictedBy }: Profile, requestId: string): boolean =>
  restrictedBy?.has(requestId) === true;
