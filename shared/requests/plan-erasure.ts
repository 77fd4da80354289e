import { transact } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import type { Opening } from '#shared/profiles/sound.ts';
import type { AnnounceStores } from './announce-erasure.ts';
import { letGo, requireAnnounced, type Announced } from './announced-profiles.ts';
import { requireAnnouncement, type Announcement } from './announcement.ts';
import { wholeSecond, type CoolingOff } from './cooling-off.ts';
import { findOpenings } from './find-openings.ts';
import { putPlanSize } from './plan-size.ts';
import type { RequestRecord } from './request-record.ts';
import { AttemptSuperseded, commitChange, requireRequest } from './request-store.ts';
import { makeTask, PlanForged, putTask, requireTasks, type PlannedTask } from './tasks.ts';
import { lastTold } from './told-notices.ts';
import { TransitionRefused } from './transitions.ts';
import { reasonToWithhold } from './withholding.ts';

/** Its receipt is one row of at most 400 KB; what would not fit is refused before a key goes. */
const mostTasks = 300;
/** Thrown when an erasure covers more profiles than one receipt can speak of. */
export class PlanTooLarge extends Error {
  override readonly name = 'PlanTooLarge';
}

export type PlanErasureStores = AnnounceStores & { readonly noticeKey: MacKey };

/** A notice that went out late still leaves its reader so much of the time that was announced. */
const shareToStop = 0.5;
/** A notice that was not sent yet is looked for again after so many seconds at most. */
const patience = 600;

type Planning = {
  readonly attempt: number;
  readonly coolingOff: CoolingOff;
  /** Level of the proof in a profile: 2 where two identifiers of that very profile, or a second factor, were proven. */
  readonly levelIn: (profileId: string) => number;
  readonly dataMapVersion: string;
  readonly now: string;
};

/**
 * Plans an erasure once its cooling-off is over (race 7) and everybody was told of it: from here on nobody can withdraw it.
 * One task per profile that was announced, or that was erased before; what the proof is not enough for, or does not open any
 * more, is left whole and said so (A1, G09).
 * @returns the number of tasks, or until when it cools off
 * @throws AttemptSuperseded, PlanForged
 */
export async function planErasure(
  stores: PlanErasureStores,
  cooling: RequestRecord,
  { attempt, coolingOff, levelIn, dataMapVersion, now }: Planning,
): Promise<{ tasks: number } | { until: string }> {
  const { requestId } = cooling;
  const announcement = await requireAnnouncement(stores.requests, stores.planKey, requestId);
  const until = await endOfCooling(stores, requestId, announcement, coolingOff, now);
  if (now < until) return { until };
  const request = await elapse(stores, cooling, attempt, now);
  const planned = await makePlan(stores, cooling, announcement, levelIn, now);
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
    items: [
      await putPlanSize(stores.requests, stores.planKey, requestId, { attempt, tasks: planned.length }),
    ],
    set: { openTasks: planned.length, plannedAt: request.plannedAt ?? now, withheld },
  });
  return { tasks: planned.length };
}

/** Whatever `META` says: by what was announced, and by when the last notice went out. */
async function endOfCooling(
  stores: PlanErasureStores,
  requestId: string,
  { at, until, notices }: Announcement,
  { normal }: CoolingOff,
  now: string,
): Promise<string> {
  const told = await lastTold(stores, requestId, notices);
  if (told === undefined) return wholeSecond(now, Math.min(normal, patience));
  if (told === '') return until;
  const announcedSeconds = (Date.parse(until) - Date.parse(at)) / 1_000;
  const warned = wholeSecond(told, announcedSeconds * shareToStop);
  return warned > until ? warned : until;
}

/** A later attempt finds index entries gone that the first has erased: what was planned once stays planned. */
async function makePlan(
  stores: AnnounceStores,
  request: RequestRecord,
  announcement: Announcement,
  levelIn: (profileId: string) => number,
  now: string,
): Promise<PlannedTask[]> {
  const { requestId } = request;
  const planned: PlannedTask[] = await requireTasks(stores.requests, stores.planKey, requestId);
  const known = new Set(planned.map(({ profileId }) => profileId));
  const announced = await announcedProfiles(stores, requestId, announcement);
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

/** What a try that came too late has noted besides was announced to nobody: it is let go of. */
async function announcedProfiles(
  stores: AnnounceStores,
  requestId: string,
  { profiles }: Announcement,
): Promise<ReadonlyMap<string, Announced>> {
  const noted = await requireAnnounced(stores, requestId);
  return new Map(
    profiles.map((profileId) => {
      const one = noted.get(profileId);
      if (!one) throw new PlanForged(`an announced profile of request ${requestId} lacks`);
      return [profileId, one];
    }),
  );
}

/** Ends the cooling-off. A withdrawal that came first supersedes this attempt; one that comes later is refused. */
async function elapse(
  stores: AnnounceStores,
  request: RequestRecord,
  attempt: number,
  now: string,
): Promise<RequestRecord> {
  const { requestId, state } = request;
  if (state !== 'cooling-off') return requireRequest(stores, requestId, attempt);
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
