import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { consentStands, type Consent } from '#shared/consent/consent-store.ts';
import { keyLives } from '#shared/keys/key-store.ts';
import { profileIsOpen, type Profile } from '#shared/profiles/profile-store.ts';
import { putRecord, readRecords, recordKey, type RecordRow } from './record-store.ts';

export type StoreOutcome =
  'stored' | 'replaced' | 'unchanged' | 'basis-fixed' | 'in-erasure' | 'consent-missing';
type Sealed = { readonly index: number; readonly row: RecordRow; readonly consents: readonly Consent[] };
export type RecordTables = { readonly records: Table; readonly directory: Table; readonly keys: Table };

const chunkSize = 25;
const tries = 4;

/**
 * Stores sealed records of one profile, in chunks of at most 25 in sequence, each one transaction with the conditions
 * that its records rest on: the profile is open, its ordinary key and the one used live in the epoch that was read, each consent stands as
 * it was read (race 2). The outcome of every record says what was stored; a chunk that is refused stores nothing of it.
 */
export async function storeRecords(
  tables: RecordTables,
  profile: Profile,
  epochs: Readonly<Partial<Record<RecordRow['scope'], number>>>,
  sealed: readonly Sealed[],
): Promise<Map<number, StoreOutcome>> {
  const outcomes = new Map<number, StoreOutcome>();
  for (let start = 0; start < sealed.length; start += chunkSize) {
    const chunk = sealed.slice(start, start + chunkSize);
    const stored = await storeChunk(tables, profile, epochs, chunk);
    for (const { index } of chunk) outcomes.set(index, stored.get(index) ?? 'in-erasure');
  }
  return outcomes;
}

async function storeChunk(
  tables: RecordTables,
  profile: Profile,
  epochs: Readonly<Partial<Record<RecordRow['scope'], number>>>,
  chunk: readonly Sealed[],
): Promise<Map<number, StoreOutcome>> {
  const { profileId } = profile;
  const keyOf = ({ row }: Sealed) => recordKey(profileId, row.dataset, row.recordId);
  for (let attempt = 1; ; attempt += 1) {
    const standing = await readRecords(tables.records, chunk.map(keyOf));
    const outcomes = new Map(
      chunk.map((one) => [one.index, outcomeOf(one.row, standing.get(keyOf(one).sk))]),
    );
    const writes = chunk.filter(({ index }) => ['stored', 'replaced'].includes(outcomes.get(index) ?? ''));
    if (writes.length === 0) return outcomes;
    const checks = conditionsOf(tables, profile, epochs, writes);
    const puts = writes.map((one) =>
      putRecord(tables.records, profileId, one.row, standing.get(keyOf(one).sk)),
    );
    try {
      await transact(tables.records.client, [...checks.map(({ item }) => item), ...puts]);
      return outcomes;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      const refusal = checks.find((_, position) => error.failed.includes(position))?.refusal;
      if (refusal) return new Map(chunk.map(({ index }) => [index, refusal]));
      if (attempt >= tries) throw error;
    }
  }
}

/** What storing a row over another comes to. An older collection never replaces a newer one. Pure. */
export function outcomeOf(row: RecordRow, standing: RecordRow | undefined): StoreOutcome {
  if (!standing) return 'stored';
  if (standing.digest === row.digest) return 'unchanged';
  if (standing.basis !== row.basis) return 'basis-fixed';
  return Date.parse(row.collectedAt) < Date.parse(standing.collectedAt) ? 'unchanged' : 'replaced';
}

function conditionsOf(
  { directory, keys }: RecordTables,
  profile: Profile,
  epochs: Readonly<Partial<Record<RecordRow['scope'], number>>>,
  writes: readonly Sealed[],
): { item: TransactionItem; refusal: StoreOutcome }[] {
  const { profileId } = profile;
  // The ordinary key always: the retained one outlives an erasure (A7).
  const scopes = [...new Set(['ordinary' as const, ...writes.map(({ row }) => row.scope)])];
  const consents = new Map(
    writes.flatMap((one) => one.consents).map((consent) => [consent.purpose, consent]),
  );
  return [
    { item: profileIsOpen(directory, profile), refusal: 'in-erasure' },
    ...scopes.map((scope) => ({
      item: keyLives(keys, `P#${profileId}`, scope, epochs[scope] ?? 0),
      refusal: 'in-erasure' as const,
    })),
    ...[...consents.values()].map((consent) => ({
      item: consentStands(directory, profileId, consent),
      refusal: 'consent-missing' as const,
    })),
  ];
}
