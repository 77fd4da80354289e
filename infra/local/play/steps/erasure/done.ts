import * as z from 'zod';
import { endOf } from '../../ask.ts';
import { keyRows, sealedRecords, type SealedRecord } from '../../sealed-record.ts';
import { personOf } from '../../site-user.ts';
import { cast, shopContact, type Stage } from '../../stage.ts';
import type { ProvenRequest } from '../../subject-request.ts';
import { findKnown, type Before } from './before.ts';

const event = z.object({
  pk: z.string(),
  seq: z.number(),
  type: z.string(),
  at: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
/** In this order, whatever lies between. */
const order = ['announced', 'planned', 'preserved', 'keys-destroyed', 'scanned', 'tasks-ended'];

/** The end of the erasure, as the ledger tells it and as the tables show it. */
export async function seeItDone(stage: Stage, request: ProvenRequest, before: Before): Promise<void> {
  const { show, data, outbox } = stage;
  const { user } = personOf(data, cast.both);
  show.step(
    `8  ${cast.both}’s data is erased`,
    'After the cooling-off: a plan; what the law keeps is counted; the keys are destroyed in one transaction; the rows are',
    'deleted; another function, which could not have deleted anything, looks again. Any rest, and there is no receipt.',
  );
  const done = await show.wait('Keys, rows, second look, receipt', () => endOf(request));
  show.exchange('GET /v1/subject/requests/{id}', '', { status: 200 }, `status ${done.status}`);
  show.holds('the request is fulfilled', done.status === 'fulfilled', done);
  await tellSteps(stage, request.requestId);
  await lookAtTables(stage, request.requestId, before);

  show.part('Who is told');
  const [mail, toShop] = await show.wait('Waiting for the mails', () =>
    Promise.all([
      outbox.mailFor(user.email, request.requestId, 'erased'),
      outbox.mailFor(shopContact, request.requestId, 'recipient told'),
    ]),
  );
  for (const { subject, to } of [mail, toShop]) show.quiet(`✉ “${subject}” to ${to}`);
  show.holds(
    'the person is told, with the salt of the receipt; so is the shop, which had read the devices, without it',
    done.subjectSalt !== undefined &&
      mail.text.includes(done.subjectSalt) &&
      !toShop.text.includes(done.subjectSalt),
    done.subjectSalt,
  );
}

async function tellSteps({ show, account }: Stage, requestId: string): Promise<void> {
  show.part('What the ledger says');
  const rows = z
    .array(event)
    .parse((await account.rowsOf('ledger')).filter(({ pk }) => pk === `R#${requestId}`));
  const events = rows.toSorted((one, other) => one.seq - other.seq);
  const start = Date.parse(events.find(({ type }) => type === 'started')?.at ?? '');
  show.table([
    ['event', 'after', 'facts'],
    ...events
      .filter(({ at }) => Date.parse(at) >= start)
      .map(({ type, at, facts }) => [
        type,
        `${((Date.parse(at) - start) / 1000).toFixed(1)} s`,
        countsIn(facts),
      ]),
  ]);
  const positions = order.map((type) => events.findIndex((one) => one.type === type));
  const lastKeys = events.findLastIndex(({ type }) => type === 'keys-destroyed');
  const look = events.findIndex(({ type }) => type === 'scanned');
  show.holds(
    'announced, planned, counted, keys destroyed, looked at again, ended: each in its turn',
    !positions.includes(-1) &&
      positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0)) &&
      lastKeys < look,
    events.map(({ type }) => type),
  );
}

const countsIn = (facts: Record<string, unknown>): string =>
  Object.entries(facts)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

/** Looks for itself: over the tables, as root. */
async function lookAtTables(stage: Stage, requestId: string, before: Before): Promise<void> {
  const { show, account } = stage;
  const { profiles, copy } = before;
  show.part('What the tables hold of it');
  const own = <Kind extends { readonly pk: string }>(rows: readonly Kind[]): Kind[] =>
    rows.filter(({ pk }) => profiles.has(pk));
  const records = own(sealedRecords(await account.rowsOf('records')));
  const keys = own(keyRows(await account.rowsOf('keys'))).filter(({ sk }) => sk === 'ordinary');
  const known = await findKnown(stage, profiles);
  const [was, is] = [countByScope(own(copy)), countByScope(records)];
  const live = keys.filter(({ state }) => state === 'live');
  show.table([
    ['rows', 'before', 'now'],
    ['erasable records', was.ordinary, is.ordinary],
    ['records that the law keeps', was.retained, is.retained],
    ['identifiers, states of consents', before.known, known.length],
    ['keys of erasable records', before.wrapped.length, live.length],
    ['tombstones where they were', 0, keys.length - live.length],
  ]);
  show.holds(
    'where each key was there is a tombstone: no wrapped key in it, but the time, and this request',
    keys.length === profiles.size &&
      keys.every(
        ({ state, wrapped, by, destroyedAt }) =>
          state === 'destroyed' && wrapped === undefined && by === requestId && destroyedAt !== undefined,
      ),
    keys.map(({ state, by, destroyedAt }) => ({ state, by, destroyedAt })),
  );
  show.holds(
    'no erasable record, no identifier and no state of a consent is left',
    is.ordinary + known.length === 0,
    { records: is.ordinary, known: known.length },
  );
}

const countByScope = (records: readonly SealedRecord[]) => {
  const ordinary = records.filter(({ scope }) => scope === 'ordinary').length;
  return { ordinary, retained: records.length - ordinary };
};
