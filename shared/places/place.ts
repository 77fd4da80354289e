import type { RecordPayload, RecordRow } from '#shared/vault/record-store.ts';

/** Who vouches for what a place answered. Only the first is called proved. */
export type Assurance = 'vendor-scanned' | 'site-reported' | 'controller-asserted' | 'unreachable';

/** A record of a place, opened. */
export type PlaceRecord = Omit<RecordRow, 'ciphertext' | 'digest' | 'scope' | 'heldBy'> & RecordPayload;

/** One page of what a place holds in a profile; `next` is where the following page starts. */
export type PlacePage = {
  readonly records: readonly PlaceRecord[];
  readonly next?: string;
  /** When the profile was erased: then these are of what had to be kept. */
  readonly erasedAt?: string;
};

/**
 * A place where data lives. Pages come one at a time, from the start or from behind a cursor, so that a profile has no size;
 * what a profile held may be erased between two pages, and then the place says so.
 */
export type Place = {
  readonly name: 'vault';
  readonly assurance: Assurance;
  readonly export: (profileId: string, after?: string) => AsyncIterable<PlacePage>;
};
