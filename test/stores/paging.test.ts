import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/table.ts';
import { transact, type TransactionItem } from '#shared/aws/transaction.ts';
import { readConsents, writeConsent } from '#shared/consent/consent-store.ts';
import { effectIdOf, emptyHead, nextEvent } from '#shared/ledger/event.ts';
import { appendEvent, readChain } from '#shared/ledger/ledger-store.ts';
import { findEntries, readIdentifiers, writeIdentifier } from '#shared/profiles/identifier-store.ts';
import type { Profile } from '#shared/profiles/profile-store.ts';
import { putBundle, putStaging, readBundles } from '#shared/requests/bundles.ts';
import { askForMessage } from '#shared/requests/messages-outbox.ts';
import { putTask, readTasks } from '#shared/requests/tasks.ts';
import { findWork } from '#shared/requests/work-index.ts';
import { createTable, withSmallPages } from '#test/support/engine-table.ts';

/** Every query of these rooms, over five rows and two a page: nothing lost, nothing twice, nothing of a neighbour. */
let table: Table;
let paged: ReturnType<typeof withSmallPages>;
const at = '2027-06-15T12:00:00.000Z';
const five = [1, 2, 3, 4, 5];
const profileOf = (profileId: string): Profile => ({
  profileId,
  siteId: 'site-1',
  controllerId: 'controller-1',
  userHash: 'user-1',
  registeredAt: at,
  state: 'open',
  epoch: 1,
  holdEpoch: 0,
  openedAt: at,
});
const linked = (profileId: string, hash: string): TransactionItem[] =>
  writeIdentifier(
    { directory: table, index: table },
    profileOf(profileId),
    {
      action: 'link',
      row: { kind: 'email', hash, verifiedAt: at, linkedAt: at, lastSeenAt: at, status: 'current' },
    },
    Buffer.from('sealed'),
  );
const consent = (profileId: string, purpose: string): TransactionItem =>
  writeConsent(table, profileId, {
    purpose,
    decision: 'given',
    consentId: purpose,
    noticeVersion: '1',
    at,
    receivedAt: at,
  });
const task = (requestId: string, profileId: string): TransactionItem =>
  putTask(table, requestId, {
    place: 'vault',
    profileId,
    controllerId: 'c',
    aim: 'export',
    epoch: 1,
    attempt: 1,
    state: 'open',
    mac: 'mac',
  });

beforeAll(async () => {
  table = await createTable('all', { work: true });
  paged = withSmallPages(table);
});

type Case = {
  readonly query: string;
  /** Writes rows 1 to 5 under `id`, and rows beside them that the query must not give. */
  readonly seed: (id: string) => TransactionItem[];
  readonly read: (id: string) => Promise<(string | number)[]>;
  readonly found?: (string | number)[];
};
const cases: Case[] = [
  {
    query: 'readIdentifiers',
    seed: (id) => [...five.flatMap((n) => linked(id, `${id}-${n}`)), consent(id, 'login')],
    read: async (id) => (await readIdentifiers(paged, id)).map(({ hash }) => Number(hash.slice(-1))),
  },
  {
    query: 'findEntries',
    seed: (id) => [...five.flatMap((n) => linked(`${id}-${n}`, id)), ...linked(`${id}-6`, `${id}x`)],
    read: async (id) =>
      (await findEntries(paged, 'email', id)).map(({ profileId }) => Number(profileId.slice(-1))),
  },
  {
    query: 'readConsents',
    seed: (id) => [...five.map((n) => consent(id, String(n))), ...linked(id, id)],
    read: async (id) => [...(await readConsents(paged, id)).keys()].map(Number),
  },
  {
    query: 'readTasks',
    seed: (id) => [
      ...five.map((n) => task(id, String(n))),
      putBundle(table, { requestId: id, number: 1, attempt: 1, bytes: 1 }, at),
    ],
    read: async (id) => (await readTasks(paged, id, 1)).map(({ profileId }) => Number(profileId)),
  },
  {
    query: 'readBundles',
    seed: (id) => [
      ...five.map((number) => putBundle(table, { requestId: id, number, attempt: 1, bytes: 1 }, at)),
      putStaging(table, id, at),
    ],
    read: async (id) => (await readBundles(paged, id)).map(({ number }) => number),
  },
  {
    query: 'readChain',
    seed: (id) => {
      let head = emptyHead;
      return Array.from({ length: 11 }, (_, n) => {
        const facts = { requestId: id, type: 'noted', at, actor: 'system' as const, facts: { n } };
        const event = nextEvent(head, { ...facts, effectId: effectIdOf(id, 'noted', n) });
        head = event;
        return appendEvent(table, `R#${id}`, event);
      });
    },
    read: async (id) => (await readChain(paged, `R#${id}`)).map(({ seq }) => seq),
    found: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  },
];

describe('two rows a page', () => {
  it.each(cases)('$query gives every row once', async ({ seed, read, found = five }) => {
    const id = uuid();
    await transact(table.client, seed(id));
    const before = paged.queries();

    expect(await read(id)).toEqual(found);
    expect(paged.queries() - before).toBeGreaterThanOrEqual(Math.ceil(found.length / 2));
  });

  it('findWork gives every row that is due, of every shard, of its kind alone', async () => {
    // Prepare: 24 requests over the four shards, one row due just now and one a millisecond later.
    const ids = Array.from({ length: 24 }, (_, n) => uuid().slice(0, -2) + n.toString(16).padStart(2, '0'));
    const later = '2027-06-15T12:00:00.001Z';
    await transact(
      table.client,
      ids.flatMap((id) => [
        askForMessage(table, id, { messageId: 'now', kind: 'ready', at }),
        askForMessage(table, id, { messageId: 'later', kind: 'ready', at: later }),
        putStaging(table, id, at),
      ]),
    );
    const shards = new Set<unknown>();
    const found: unknown[] = [];

    for await (const item of findWork(paged, 'outbox', at)) {
      shards.add(item['workPk']);
      found.push([item['requestId'], item['messageId']]);
    }

    const due = ids.map((id) => [id, 'now']);
    expect(found.map(String).sort()).toEqual(due.map(String).sort());
    expect(shards.size).toBe(4);
  });
});
