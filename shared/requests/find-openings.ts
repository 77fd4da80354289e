import type { Table } from '#shared/aws/table.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { openingsOf, type Opening } from '#shared/profiles/sound.ts';
import type { RequestRecord } from './request-record.ts';

/** What the proof opens, in scope: a session its own profile, an identifier every profile in which it is sound. */
export async function findOpenings(
  stores: { readonly directory: Table; readonly index: Table },
  request: RequestRecord,
  now: string,
): Promise<readonly Opening[]> {
  const { scope } = request;
  const openings = await findAll(stores, request, now);
  return scope === undefined || scope === 'all'
    ? openings
    : openings.filter(({ controllerId }) => scope.includes(controllerId));
}

async function findAll(
  { directory, index }: { readonly directory: Table; readonly index: Table },
  { channel, receivedAt }: RequestRecord,
  now: string,
): Promise<readonly Opening[]> {
  if (channel.kind === 'subject') {
    const entries = await findEntries(index, channel.identifierKind, channel.identifierHash);
    return openingsOf(entries, receivedAt, now);
  }
  const profile =
    channel.profileId === undefined ? undefined : await readProfile(directory, channel.profileId);
  return profile ? [{ profileId: profile.profileId, controllerId: profile.controllerId }] : [];
}
