import { readKey, type KeyOwner, type KeyRow, type KeyScope } from '#shared/keys/key-store.ts';
import { unwrapKey, type WrappingKey } from '#shared/keys/wrapping.ts';
import type { Table } from '#shared/aws/table.ts';

/** What opens the vault: the table of wrapped keys, and the KMS key of each scope that the caller may unwrap. */
export type VaultKeys = { readonly keys: Table; readonly wrapping: Partial<Record<KeyScope, WrappingKey>> };

/** A data key in clear, for the length of one use, with the epoch of the row that it came from. */
export type OpenKey = { readonly key: Buffer; readonly epoch: number };

/** Reading what was erased is no error and no missing row: it is this value. */
export type Erased = { readonly status: 'erased'; readonly at: string };
export type Opened<T> =
  { readonly status: 'open'; readonly value: T } | Erased | { readonly status: 'absent' };

/** Thrown when a function uses a scope whose wrapping key it was not given. */
export class ScopeNotGranted extends Error {
  override readonly name = 'ScopeNotGranted';
}

/** The two data keys of a profile, in clear. */
export type ProfileKeys = Readonly<Record<'ordinary' | 'retained', Buffer>>;

/** Lends both keys of a profile; where one of them is gone, says so. */
export async function withProfileKeys<T>(
  vault: VaultKeys,
  profileId: string,
  use: (keys: ProfileKeys) => Promise<T>,
): Promise<Opened<T>> {
  const owner = `P#${profileId}` as const;
  const opened = await withKey(vault, owner, 'ordinary', (ordinary) =>
    withKey(vault, owner, 'retained', (retained) => use({ ordinary: ordinary.key, retained: retained.key })),
  );
  return opened.status === 'open' ? opened.value : opened;
}

/** A key that is lent to a call of a site, with the epoch of the profile's ordinary key as well. */
export type LiveKey = OpenKey & { readonly ordinaryEpoch: number };

/**
 * Lends a key of a profile to a call of a site: only while its ordinary key lives. The retained key outlives an erasure, and
 * the profile's own row may have been restored to before it; the tombstone of the ordinary key is restored by nobody (A7).
 */
export async function withLiveKey<T>(
  vault: VaultKeys,
  profileId: string,
  scope: 'ordinary' | 'retained',
  use: (open: LiveKey) => Promise<T>,
): Promise<Opened<T>> {
  const owner = `P#${profileId}` as const;
  if (scope === 'ordinary')
    return withKey(vault, owner, scope, (open) => use({ ...open, ordinaryEpoch: open.epoch }));
  const ordinary = await readKey(vault.keys, owner, 'ordinary');
  if (!ordinary) return { status: 'absent' };
  if (ordinary.state === 'destroyed') return { status: 'erased', at: ordinary.destroyedAt };
  return withKey(vault, owner, scope, (open) => use({ ...open, ordinaryEpoch: ordinary.epoch }));
}

/**
 * Reads the key row consistently, unwraps it once, lends the key to `use`, and zeroes it whatever happens: no plaintext
 * key outlives an invocation.
 */
export async function withKey<T>(
  { keys, wrapping }: VaultKeys,
  owner: KeyOwner,
  scope: KeyScope,
  use: (open: OpenKey) => Promise<T>,
): Promise<Opened<T>> {
  requireWrapping(wrapping, scope);
  return lendKey(wrapping, { owner, scope, row: await readKey(keys, owner, scope) }, use);
}

/** The same for a row that was read just now. */
export async function lendKey<T>(
  wrapping: VaultKeys['wrapping'],
  { owner, scope, row }: { owner: KeyOwner; scope: KeyScope; row: KeyRow | undefined },
  use: (open: OpenKey) => Promise<T>,
): Promise<Opened<T>> {
  const wrappingKey = requireWrapping(wrapping, scope);
  if (!row) return { status: 'absent' };
  if (row.state === 'destroyed') return { status: 'erased', at: row.destroyedAt };
  const key = await unwrapKey(wrappingKey, owner, scope, row.wrapped);
  try {
    return { status: 'open', value: await use({ key, epoch: row.epoch }) };
  } finally {
    key.fill(0);
  }
}

function requireWrapping(wrapping: VaultKeys['wrapping'], scope: KeyScope): WrappingKey {
  const key = wrapping[scope];
  if (!key) throw new ScopeNotGranted(`no wrapping key for scope ${scope}`);
  return key;
}
