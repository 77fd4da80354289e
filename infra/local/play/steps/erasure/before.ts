import type { Row } from '../../account.ts';
import type { BundleRecord } from '../../bundle-records.ts';
import { digestOthers, sha256, type RowDigests } from '../../row-digests.ts';
import { keyRows, openRecord, sealedRecords, type KeyRow, type SealedRecord } from '../../sealed-record.ts';
import type { Site } from '../../site.ts';
import { personOf, type SiteUser } from '../../site-user.ts';
import { cast, type Stage } from '../../stage.ts';
import { findWrapped } from './find-wrapped.ts';
import { readOthers, type Page } from './others.ts';
import { recordCalls, type RecordedCalls } from './replays.ts';

/** What is kept of the time before the erasure, to compare and to try afterwards. */
export type Before = {
  /** The person's profiles, each with its controller. */
  readonly profiles: ReadonlyMap<string, string>;
  /** A copy of table `records`, everybody's, as a backup has it. The table `keys` is not copied. */
  readonly copy: readonly SealedRecord[];
  /** Rows of the person's identifiers, and of where each consent stood. */
  readonly known: number;
  /** SHA-256 of the wrapped keys of the person's erasable data: enough to look for them, not to use them. */
  readonly wrapped: readonly string[];
  readonly others: RowDigests;
  readonly reads: ReadonlyMap<string, Page>;
  readonly calls: RecordedCalls;
};

/** Looks at everything before the erasure. @param found the person's records, by the bundle of step 3 */
export async function lookBefore(stage: Stage, shop: Site, found: readonly BundleRecord[]): Promise<Before> {
  const { show, data, account } = stage;
  const person = personOf(data, cast.both);
  show.part('Before: what a backup, or a thief, has of it');
  const calls = await recordCalls(stage, shop, person);
  const reads = await show.wait('The shop reads everybody else', () => readOthers(stage, shop));
  const copy = sealedRecords(await account.rowsOf('records'));
  const controllers = new Map(found.map(({ recordId, controllerId }) => [recordId, controllerId]));
  const profiles = new Map(
    copy.flatMap(({ pk, recordId }) => {
      const controllerId = controllers.get(recordId);
      return controllerId === undefined ? [] : [[pk, controllerId]];
    }),
  );
  const keys = keyRows(await account.rowsOf('keys')).filter(
    ({ pk, sk }) => profiles.has(pk) && sk === 'ordinary',
  );
  await openNow(stage, { copy, keys, person });
  const wrapped = keys.flatMap((key) => (key.wrapped ? [sha256(key.wrapped)] : []));
  const where = await findWrapped(account, wrapped);
  show.holds(
    'wrapped, the keys of his two profiles lie in table keys and in no other',
    wrapped.length === 2 && String(where) === 'keys',
    { keys: wrapped.length, where },
  );
  return {
    ...{ profiles, copy, reads, calls, wrapped },
    known: (await findKnown(stage, profiles)).length,
    others: await digestOthers(account, new Set(profiles.keys())),
  };
}

/** The control: today the copy can be opened, by the key in table `keys` and by KMS. So the test after the end means something. */
async function openNow(
  { show, account }: Stage,
  { copy, keys, person }: { copy: readonly SealedRecord[]; keys: readonly KeyRow[]; person: SiteUser },
): Promise<void> {
  const texts: string[] = [];
  let foreign = 0;
  for (const { pk, sk, wrapped = new Uint8Array() } of keys) {
    const key = await account.unwrap(wrapped, pk, sk);
    for (const record of key ? copy : []) {
      const text = key && openRecord(key, record);
      if (text === undefined) continue;
      texts.push(text);
      if (record.pk !== pk) foreign += 1;
    }
    key?.fill(0);
  }
  const erasable = copy.filter(({ pk, scope }) => scope === 'ordinary' && keys.some((key) => key.pk === pk));
  show.quiet(
    `Copied: table records, ${copy.length} rows of ciphertext; ${erasable.length} of them are erasable data of ${cast.both}.`,
  );
  const marks = [person.user.email, ...person.sessions.map(({ ip }) => ip)];
  const says = marks.every((mark) => texts.some((text) => text.includes(mark)));
  show.holds(
    `now his keys, unwrapped by KMS, open these ${erasable.length} rows of the copy, and none of anybody else’s`,
    erasable.length > 0 && texts.length === erasable.length && foreign === 0 && says,
    { erasable: erasable.length, opened: texts.length, foreign, says },
  );
}

/** What table `directory` knows of the person: identifiers, and where each consent stands. */
export const findKnown = async ({ account }: Stage, profiles: Before['profiles']): Promise<Row[]> =>
  (await account.rowsOf('directory')).filter(
    ({ pk, sk }) => profiles.has(pk) && (sk.startsWith('ID#') || sk.startsWith('CONSENT#')),
  );
