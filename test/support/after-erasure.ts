/** What an erasure left behind, as a test compares it: enums and counts, without ids and times. */
import { listObjects } from '#shared/aws/object-prefix.ts';
import { queryAll } from '#shared/aws/table.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { receiptPayload } from '#shared/receipts/receipt-statement.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow, type RecordRow } from '#shared/vault/record-store.ts';
import { hashOf, type Known } from './erasure-request.ts';
import type { World } from './vault-world.ts';

/** How a request ended: its state, its chain, its messages and its receipts. */
export async function endOf(world: World, requestId: string) {
  const request = await requireRequest(world, requestId);
  const chain = await readChain(world.ledger, `R#${requestId}`);
  const messages = await queryAll(world.requests, `R#${requestId}`, 'MSG#');
  const receipts = await queryAll(world.requests, `R#${requestId}`, 'RECEIPT#');
  const told = chain.findLast(({ type }) => type === 'tasks-ended')?.facts['receipt'];
  return {
    ...{ state: request.state, attempt: request.attempt, openTasks: request.openTasks },
    withheld: request.withheld,
    chainBreak: findBreak(chain),
    repeatedEvents: chain.length - new Set(chain.map(({ effectId }) => effectId)).size,
    messages: messages.map(({ kind }) => String(kind)).toSorted(),
    receipts: receipts.length,
    tellsOfReceipt: receipts.some(({ contentHash }) => contentHash === told),
    places: receipts.flatMap(({ jws }) => placesOf(String(jws))),
  };
}

/** Outcome and sums of each profile, as the receipt has them. */
function placesOf(jws: string) {
  const [, payload = ''] = jws.split('.');
  const { controllers } = receiptPayload.parse(
    JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')),
  );
  return controllers.flatMap(({ places }) =>
    places.map(({ outcome, datasets }) => ({
      outcome,
      datasets: datasets.map(({ dataset, found, erased, retained, residual, ground }) =>
        [dataset, found, erased, retained, residual, ...(ground === undefined ? [] : [ground])].join(' '),
      ),
    })),
  );
}

/** What is left of a profile in every store. `closed` are records that lie under no key that lives. */
export async function restOf(world: World, profileId: string, known: readonly Known[]) {
  const profile = await readProfile(world.directory, profileId);
  const rows = (await queryAll(world.records, `P#${profileId}`)).map(parseRecordRow);
  const open = await Promise.all(rows.map((row) => opens(world, profileId, row)));
  const directory = await queryAll(world.directory, `P#${profileId}`);
  const entries = await Promise.all(known.map((one) => findEntries(world.index, one.kind, hashOf(one))));
  const covering = directory.flatMap(({ sk }) => /^REQ#(.*)$/.exec(String(sk))?.[1] ?? []);
  let objects = 0;
  for (const requestId of covering)
    for (const bucket of [world.staging, world.bundles])
      for await (const _ of listObjects(bucket, `${requestId}/`)) objects += 1;
  return {
    state: profile?.state,
    isRestricted: (profile?.restrictedBy?.size ?? 0) > 0,
    keys: (await queryAll(world.vault.keys, `P#${profileId}`)).map(
      ({ sk, state }) => `${String(sk)} ${String(state)}`,
    ),
    records: rows.map(({ dataset, scope }) => `${dataset} ${scope}`).toSorted(),
    closed: open.filter((isOpen) => !isOpen).length,
    rows: directory.map(({ sk }) => String(sk).split('#')[0]).filter((kind) => kind !== 'REQ'),
    index: entries
      .flat()
      .filter((entry) => entry.profileId === profileId)
      .map(({ status }) => status),
    objects,
  };
}

/** @throws SealBroken where a row is not what was sealed */
async function opens(world: World, profileId: string, row: RecordRow): Promise<boolean> {
  const opened = await withKey(world.vault, `P#${profileId}`, row.scope, ({ key }) =>
    Promise.resolve(openPayload(key, profileId, row)),
  );
  return opened.status === 'open';
}
