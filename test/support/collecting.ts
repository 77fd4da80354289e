import { v7 as uuid } from 'uuid';
import { transact } from '#shared/aws/transaction.ts';
import { writeConsent, type Decision } from '#shared/consent/consent-store.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { readIdentifiers } from '#shared/profiles/identifier-store.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import type { IncomingRecord } from '#shared/vault/incoming-record.ts';
import { readRecordPage } from '#shared/vault/read-records.ts';
import { openTestProfile, openWorld, type WorldNames } from './vault-world.ts';

const at = '2027-06-15T12:00:00.000Z';
export const minute = (n: number): string => new Date(Date.parse(at) + n * 60_000).toISOString();
export const alice: HashedIdentifier = {
  kind: 'email',
  hash: 'hash-alice',
  value: 'alice@example.org',
  verified: true,
};
export const device = (index: number, change: Partial<IncomingRecord> = {}): IncomingRecord => ({
  index,
  dataset: dataMap.device,
  externalId: `session-${index}`,
  collectedAt: at,
  basis: 'contract',
  data: { seenAt: at, ip: '192.0.2.1' },
  ...change,
});

export type Collecting = Awaited<ReturnType<typeof startCollecting>>;

/** A profile of a world, a fresh one unless it is named, and what a site's calls do with it at minute 60. */
export async function startCollecting(names: WorldNames, standing?: string) {
  const world = openWorld(names);
  const user = { siteId: uuid(), controllerId: uuid(), userHash: uuid(), registeredAt: at };
  const profile = await readProfile(world.directory, standing ?? (await openTestProfile(world, user)));
  if (!profile) throw new Error('not opened');
  const { profileId } = profile;
  const call = (named: HashedIdentifier[]) => ({ named, now: minute(60) });
  return {
    world,
    profile,
    consent: (
      decision: Decision,
      purposes = ['terms-accepted'],
      change: { at?: string; named?: HashedIdentifier[] } = {},
    ) => {
      const said = { consentId: uuid(), decision, noticeVersion: '1', method: 'form', language: 'en' };
      const statement = { ...said, at: change.at ?? at, purposes };
      return collectConsent(world, profile, statement, call(change.named ?? []));
    },
    collect: (records: IncomingRecord[], named: HashedIdentifier[] = [], into: Profile = profile) =>
      collectRecords(world, into, records, { ...call(named), freshId: uuid }),
    /** How many records of a dataset the profile holds. */
    held: async (dataset = 'device'): Promise<number> => {
      const page = await readRecordPage(world, { profileId, dataset, readerId: 'r' });
      return page.status === 'open' ? page.value.records.length : -1;
    },
    identifiers: () => readIdentifiers(world.directory, profileId),
    /** Lets `act` happen once, just before the profile's key is read: between what was checked and what is written. */
    inBetween: (act: () => Promise<unknown>): void => {
      let done = false;
      world.clients.dynamo.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const { TableName } = args.input as { TableName?: string };
            if (!done && commandName === 'GetItemCommand' && TableName === names.tables.keys) {
              done = true;
              await act();
            }
            return next(args);
          },
        { step: 'initialize', name: 'inBetween' },
      );
    },
    withdrawTerms: (): Promise<void> => {
      const standing = { purpose: 'terms-accepted', decision: 'withdrawn' as const, consentId: uuid() };
      const row = { ...standing, noticeVersion: '1', at: minute(30), receivedAt: minute(30) };
      return transact(openWorld(names).clients.dynamo, [writeConsent(world.directory, profileId, row)]);
    },
  };
}
