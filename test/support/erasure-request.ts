/** Profiles as an erasure finds them, and the request that erases them, up to its cooling-off. */
import { createHash } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { dataMap, dataMapVersion, type DatasetName } from '#shared/data-map/data-map.ts';
import { openLevels } from '#shared/identity/level.ts';
import { requireProof, useProof, writeProof } from '#shared/identity/proof.ts';
import { identifierBinding, writeIdentifier } from '#shared/profiles/identifier-store.ts';
import type { IdentifierKind } from '#shared/profiles/normalise.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { announceErasure } from '#shared/requests/announce-erasure.ts';
import { endMessage } from '#shared/requests/messages-outbox.ts';
import { readNotice } from '#shared/requests/notices.ts';
import { planErasure } from '#shared/requests/plan-erasure.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { toldMac } from '#shared/requests/told-notices.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { seal } from '#shared/vault/record-format.ts';
import { advance, fileForEmail, fileInSession, requireRequest } from './filed-request.ts';
import { openTestProfile, type World } from './vault-world.ts';

export const now = new Date('2027-06-15T12:00:00.000Z');
export const at = now.toISOString();
export const daysAgo = (n: number): string => new Date(now.getTime() - n * 86_400_000).toISOString();
export const later = (seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();
export const coolingOff = { normal: 100, extended: 700 };

/** An identifier as a profile may hold it: verified when it was linked, 100 days ago, unless a test says otherwise. */
export type Known = {
  kind: IdentifierKind;
  value: string;
  linked?: number;
  verified?: boolean;
  /** Days since it was replaced. */
  former?: number;
};
export const email = (value = `${uuid()}@people.example`, change: Partial<Known> = {}): Known => ({
  ...{ kind: 'email', value },
  ...change,
});
export const phone = (change: Partial<Known> = {}): Known => ({
  kind: 'phone',
  value: `+49${uuid()}`,
  ...change,
});
export const hashOf = ({ value }: Pick<Known, 'value'>): string =>
  createHash('sha256').update(value).digest('base64url');

/** A profile that was opened 200 days ago, in which these identifiers stand. @returns its id */
export async function knownProfile(
  world: World,
  known: readonly Known[],
  { controllerId = uuid(), opened = 200 }: { controllerId?: string; opened?: number } = {},
): Promise<string> {
  const user = { siteId: uuid(), controllerId, userHash: uuid(), registeredAt: daysAgo(opened) };
  const profileId = await openTestProfile(world, user);
  await world.clients.dynamo.send(
    new UpdateCommand({
      ...{ TableName: world.directory.name, Key: profileKey(profileId, 'META') },
      ...{ UpdateExpression: 'SET openedAt = :at', ExpressionAttributeValues: { ':at': daysAgo(opened) } },
    }),
  );
  for (const one of known) await link(world, profileId, one);
  return profileId;
}

export async function profileOf(world: World, profileId: string): Promise<Profile> {
  const profile = await readProfile(world.directory, profileId);
  if (!profile) throw new Error('no profile');
  return profile;
}

/** Links an identifier, as a call of its site would have done then. */
export async function link(world: World, profileId: string, one: Known): Promise<void> {
  const { kind, value, linked = 100, verified = true, former } = one;
  const hash = hashOf(one);
  const row = {
    ...{ kind, hash, linkedAt: daysAgo(linked), lastSeenAt: daysAgo(Math.min(1, linked)) },
    ...(verified ? { verifiedAt: daysAgo(linked) } : {}),
    ...(former === undefined
      ? { status: 'current' as const }
      : { status: 'former' as const, formerAt: daysAgo(former) }),
  };
  const profile = await profileOf(world, profileId);
  await withKey(world.vault, `P#${profileId}`, 'ordinary', ({ key }) => {
    const sealed = seal(key, identifierBinding(profileId, kind, hash), Buffer.from(value));
    const [own, index] = writeIdentifier(world, profile, { action: 'link', row }, sealed);
    // A former one as well is a first write here.
    if (own?.Put) own.Put = { TableName: world.directory.name, Item: own.Put.Item };
    return transact(
      world.clients.dynamo,
      [own, index].filter((item) => item !== undefined),
    );
  });
}

const examples: Partial<Record<DatasetName, Record<string, unknown>>> = {
  account: { email: 'canary@people.example' },
  'support-case': { category: 'question', subject: 'Canary', openedAt: at },
  'security-question': { question: 'First pet?', answer: 'Rex' },
  credential: { passwordHash: '$2b$12$canary' },
};

/** Stores so many records of a dataset, with the consent that they rest on. */
export async function store(
  world: World,
  profileId: string,
  dataset: DatasetName,
  { count = 1, data = examples[dataset] ?? {} } = {},
): Promise<void> {
  const profile = await profileOf(world, profileId);
  const statement = {
    consentId: uuid(),
    noticeVersion: '1',
    method: 'form',
    language: 'en',
    at: daysAgo(50),
  };
  const purposes = ['terms-accepted', 'login'];
  const call = { named: [], now: daysAgo(50) };
  await collectConsent(world, profile, { ...statement, decision: 'given', purposes }, call);
  const records = Array.from({ length: count }, (_, index) => ({
    ...{ index, dataset: dataMap[dataset], externalId: `${dataset}-${index}`, collectedAt: daysAgo(50) },
    ...{ basis: dataMap[dataset].basis, data },
  }));
  await collectRecords(world, profile, records, { ...call, freshId: uuid });
}

export type Wanted = {
  scope?: string[];
  level?: 1 | 2;
  /** When it was received, proven and started. */
  from?: Date;
  /** A second identifier that was proven. */
  second?: Known;
};

/** An erasure by address: filed, proven, started; it cools off. @returns its id */
export async function startErasure(
  world: World,
  address: Pick<Known, 'value'>,
  { scope = [], level = 1, from = now, second }: Wanted = {},
): Promise<string> {
  const identifierHash = hashOf(address);
  const subject = { hash: 'h'.repeat(43), salt: 's'.repeat(43) };
  const filing = { right: 'erasure', identifierHash, email: address.value, subject } as const;
  const requestId = await fileForEmail(world, from, filing);
  const proven = second ? { second: { kind: 'phone' as const, hash: hashOf(second) } } : {};
  await prove(world, requestId, from, { level: second ? 2 : level, ...proven });
  await begin(world, requestId, scope, from);
  return requestId;
}

/** The same in the session of a site's user, or by order of its controller. */
export async function startForSite(
  world: World,
  profileId: string,
  { from = now, order, level = 1 }: { from?: Date; order?: 'subject-wish'; level?: 1 | 2 } = {},
): Promise<string> {
  const { siteId, controllerId } = await profileOf(world, profileId);
  const method = order ? { order, method: 'controller-order' } : { method: 'password' };
  const channel = { siteId, controllerId, profileId, ...method };
  const requestId = await fileInSession(world, from, channel, 'erasure');
  await prove(world, requestId, from, { level: order ? 2 : level });
  await begin(world, requestId, [controllerId], from);
  return requestId;
}

async function prove(
  world: World,
  requestId: string,
  from: Date,
  proven: { level: number; second?: { kind: 'phone'; hash: string } },
): Promise<void> {
  const request = await requireRequest(world, requestId);
  const proof = { ...proven, method: 'test', now: from };
  await transact(world.clients.dynamo, [
    await writeProof(world.requests, world.key('proof'), request, proof),
  ]);
  await advance(world, requestId, from, 'identity-verified');
}

async function begin(world: World, requestId: string, scope: string[], from: Date): Promise<void> {
  const start = { scope, actor: 'subject', now: from, startId: uuid(), ground: '17(1)(b)' } as const;
  const choiceKey = world.key('choice');
  const useIt = useProof(world.requests, requestId, from);
  await startRequest(world, { requestId, right: 'erasure' }, { ...start, choiceKey, useProof: useIt });
}

/** The level of the request's own proof, profile by profile. */
async function levelsOf(world: World, requestId: string, when: string) {
  const request = await requireRequest(world, requestId);
  const proof = await requireProof(world.requests, world.key('proof'), request);
  return openLevels(world.index, proof, request, when);
}

export const announce = async (world: World, requestId: string, { attempt = 1, when = at } = {}) =>
  announceErasure(world, await requireRequest(world, requestId), {
    ...{ attempt, coolingOff, now: when },
    levelIn: await levelsOf(world, requestId, when),
    mayText: () => true,
  });

/** Every notice goes out, as `send-message` says of each. */
export async function tellAll(world: World, requestId: string, when = at): Promise<void> {
  for (const { state, messageId, noticeId } of await queryAll(
    world.requests,
    `R#${requestId}`,
    'MSG#erasure-notice-',
  )) {
    if (state !== 'pending') continue;
    const { digest = '' } =
      (await readNotice(world.requests, world.vault, requestId, String(noticeId))) ?? {};
    const mac = await toldMac(world.noticeKey, requestId, { noticeId: String(noticeId), digest }, when);
    await endMessage(world.requests, requestId, String(messageId), { state: 'sent', at: when, toldMac: mac });
  }
}

/**
 * Plans when the longest cooling-off is over and everybody was told, unless a test says otherwise.
 * @returns the number of tasks, or until when it cools off
 */
export async function plan(
  world: World,
  requestId: string,
  {
    attempt = 1,
    when = later(coolingOff.extended),
    told = at,
  }: { attempt?: number; when?: string; told?: string | false } = {},
): Promise<number | string> {
  if (told !== false) await tellAll(world, requestId, told);
  const planned = await planErasure(world, await requireRequest(world, requestId), {
    ...{ attempt, coolingOff, dataMapVersion, now: when },
    levelIn: await levelsOf(world, requestId, when),
  });
  return 'tasks' in planned ? planned.tasks : planned.until;
}
