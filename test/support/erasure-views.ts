/** What the stores of a test hold of an erasure, in a form that a test can compare. */
import { v7 as uuid } from 'uuid';
import { queryAll } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { readNotice } from '#shared/requests/notices.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { email, knownProfile, profileOf, type Known } from './erasure-request.ts';
import type { World } from './vault-world.ts';

/** An address and its profiles, each at a controller of its own. */
export async function known(world: World, ...profiles: { others?: Known[]; address?: Partial<Known> }[]) {
  const address = email();
  const scope = profiles.map(() => uuid());
  const ids: string[] = [];
  for (const [n, { others = [], address: change = {} }] of profiles.entries())
    ids.push(
      await knownProfile(world, [{ ...address, ...change }, ...others], { controllerId: scope[n] ?? '' }),
    );
  return { address, scope, ids };
}

export const rowsOf = (world: World, requestId: string, prefix: string) =>
  queryAll(world.requests, `R#${requestId}`, prefix);

/** Who is told, as the notices say under the request's key. */
export async function toldBy(world: World, requestId: string): Promise<string[]> {
  const notices = await rowsOf(world, requestId, 'NOTICE#');
  const addresses = await Promise.all(
    notices.map(({ sk }) =>
      readNotice(world.requests, world.vault, requestId, String(sk).replace('NOTICE#', '')),
    ),
  );
  return named(...addresses.map((address) => ({ kind: address?.kind, value: address?.value })));
}
/** Addresses as `toldBy` gives them. */
export const named = (...addresses: { kind?: string | undefined; value?: string | undefined }[]): string[] =>
  addresses.map(({ kind, value }) => `${kind} ${value}`).sort();

export const restrictedBy = async (world: World, profileId: string): Promise<string[]> => [
  ...((await profileOf(world, profileId)).restrictedBy ?? []),
];
export const isFree = async (world: World, profileId: string): Promise<boolean> =>
  isReadable(await profileOf(world, profileId));

export const typesOf = async (world: World, requestId: string) =>
  (await readChain(world.ledger, `R#${requestId}`)).map(({ type }) => type);
/** What each profile's task is to do, or why it is withheld. */
export const aimsOf = async (world: World, requestId: string, attempt = 1) =>
  Object.fromEntries(
    (await readTasks(world.requests, requestId, attempt)).map(({ profileId, aim, reason }) => [
      profileId,
      reason ?? aim,
    ]),
  );
