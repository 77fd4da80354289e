import type { Table } from '#shared/aws/table.ts';
import type { VaultKeys } from '../open-keys.ts';

/** The tables that collecting writes to, and the keys that it seals with. */
export type CollectStores = {
  readonly directory: Table;
  readonly index: Table;
  readonly records: Table;
  readonly vault: VaultKeys;
};
