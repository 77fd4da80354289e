import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { dataMap } from '#shared/data-map/data-map.ts';
import { hashIdentifier, hashUserId } from '#shared/profiles/identifier-hash.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import type { IncomingRecord } from '#shared/vault/incoming-record.ts';
import { openTestProfile, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

/** What one record says, as JSON. */
export const recordBytes = 300;
/** Records of one call of a site. */
export const callSize = 100;
const openedAt = '2026-01-02T03:04:05.000Z';

export type Seeded = { readonly profileId: string; readonly controllerId: string; readonly email: string };

/** A profile of a person with a verified address and `records` support cases, sent as a site sends them. */
export async function seed(input: { world: WorldNames; records: number }): Promise<Seeded> {
  const world = openWorld(input.world);
  const { profile, email } = await openPerson(world);
  for (let start = 0; start < input.records; start += callSize)
    await send(world, profile, makeRecords(start, Math.min(callSize, input.records - start)));
  const { profileId, controllerId } = profile;
  return { profileId, controllerId, email };
}

/** An open profile at a controller of its own, with the consent that its records rest on. */
export async function openPerson(world: World): Promise<{ profile: Profile; email: string }> {
  const [siteId, controllerId, userId] = [uuid(), uuid(), uuid()];
  const now = new Date().toISOString();
  await putController(world, controllerId, now);
  const user = {
    siteId,
    controllerId,
    userHash: await hashUserId(world.key('index'), siteId, userId),
    registeredAt: openedAt,
  };
  const profile = await readProfile(world.directory, await openTestProfile(world, user));
  if (!profile) throw new Error('profile was not opened');
  const email = `${userId}@people.example`;
  const hash = await hashIdentifier(world.key('index'), 'email', email, siteId);
  const consent = {
    consentId: uuid(),
    decision: 'given',
    purposes: ['terms-accepted'],
    noticeVersion: '1',
    method: 'form',
    language: 'en',
    at: now,
  } as const;
  const named = [{ kind: 'email', value: email, verified: true, hash } as const];
  await collectConsent(world, profile, { ...consent, purposes: [...consent.purposes] }, { named, now });
  return { profile, email };
}

/** One call of a site: up to `callSize` records of one user. */
export async function send(
  world: World,
  profile: Profile,
  records: readonly IncomingRecord[],
): Promise<void> {
  const call = { named: [], now: new Date().toISOString(), freshId: uuid };
  const outcomes = await collectRecords(world, profile, records, call);
  const kept = [...outcomes.values()].filter(({ outcome }) => outcome === 'stored').length;
  if (kept !== records.length) throw new Error(`${records.length - kept} records were not stored`);
}

/** Records `start` to `start + count`, each other words, none the same twice. */
export const makeRecords = (start: number, count: number): IncomingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    dataset: dataMap['support-case'],
    externalId: `case-${start + index}`,
    collectedAt: openedAt,
    basis: 'contract',
    data: caseData(start + index),
  }));

const words =
  'order login invoice cannot open since update thanks reply please licence error page again'.split(' ');

/** The data of a support case: 300 bytes of JSON, its words chosen by number, so that runs compare. */
export function caseData(number: number): Record<string, unknown> {
  const data = { category: 'question', subject: `Case ${number}`, message: '', openedAt };
  const room = recordBytes - JSON.stringify(data).length;
  let state = number + 1;
  while (data.message.length < room) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    data.message += `${words[state % words.length] ?? ''} ${state % 1_000} `;
  }
  data.message = data.message.slice(0, room);
  return data;
}

const instructions = { access: 'auto', portability: 'auto', erasure: 'auto' };

async function putController({ clients, sites }: World, controllerId: string, at: string): Promise<void> {
  const item = {
    ...{ pk: `C#${controllerId}`, sk: 'META', controllerId, name: 'Shop' },
    ...{ contactEmail: 'privacy@shop.example', country: 'DE', timeZone: 'Europe/Berlin' },
    ...{ vendor: false, instructions, statedAt: at },
  };
  await clients.dynamo.send(new PutCommand({ TableName: sites.name, Item: item }));
}
