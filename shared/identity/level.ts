import type { Table } from '#shared/aws/table.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { secondHoldings } from '#shared/profiles/second-identifier.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import type { Proof } from './proof.ts';

export type Level = 1 | 2;
type Proven = Pick<Proof, 'level' | 'second'>;

/**
 * The level at which a proof stands in one profile: 2 where a second factor was shown for it, or where the second
 * identifier counts in this very profile. Two identifiers of two profiles make level 2 in neither (A1). Pure.
 */
export function levelIn({ level, second }: Proven, holdings: ReadonlySet<string>, profileId: string): Level {
  if (level < 2) return 1;
  return second === undefined || holdings.has(profileId) ? 2 : 1;
}

/**
 * Tells the level of a proof profile by profile. The index is asked once and only where there is a second identifier; it is
 * asked now, not when the code was typed, so that an identifier that was lost meanwhile counts no more.
 */
export async function openLevels(
  index: Table,
  proof: Proven,
  { receivedAt }: Pick<RequestRecord, 'receivedAt'>,
  now: string,
): Promise<(profileId: string) => Level> {
  const { second } = proof;
  const entries = second === undefined ? [] : await findEntries(index, second.kind, second.hash);
  const holdings = secondHoldings(entries, receivedAt, now);
  return (profileId) => levelIn(proof, holdings, profileId);
}
