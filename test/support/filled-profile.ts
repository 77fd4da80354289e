/** A profile that has something in every store, for tests of what an erasure leaves there. */
import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { listObjects } from '#shared/aws/object-prefix.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { device, minute, startCollecting, type Collecting } from './collecting.ts';
import type { World, WorldNames } from './vault-world.ts';

const support = (index: number) =>
  device(index, {
    dataset: dataMap['support-case'],
    externalId: `case-${index}`,
    data: { category: 'question', subject: `Subject ${index}`, openedAt: minute(0) },
  });
const invoice = (index: number) =>
  device(index, {
    dataset: dataMap.billing,
    externalId: `R-${index}`,
    data: { invoiceNumber: `R-${index}`, amount: '1.00', currency: 'EUR', issuedAt: minute(0) },
  });

export type Filled = Collecting & {
  readonly profileId: string;
  readonly email: HashedIdentifier;
  /** A request that covered the profile, with a staged page and a bundle. */
  readonly coveredBy: string;
};

/**
 * Five devices, three support cases, one invoice, one consent, two reads by its site; an address that was replaced, one that
 * is current, a user name; a request that exported it.
 */
export async function fillProfile(
  names: WorldNames,
  { devices = 5, cases = 3, invoices = 1, reads = 2 } = {},
): Promise<Filled> {
  const site = await startCollecting(names);
  const { world, profile } = site;
  const { profileId, siteId } = profile;
  const former = identifier('email');
  const email = identifier('email');
  await site.consent('given', ['terms-accepted', 'login'], { named: [former] });
  await site.collect(list(devices, device), [email, identifier('username')]);
  if (cases > 0) await site.collect(list(cases, support));
  if (invoices > 0) await site.collect(list(invoices, invoice));
  for (let n = 0; n < reads; n += 1)
    await recordRead(world, profile, {
      siteId,
      dataset: 'device',
      purpose: 'login',
      readId: uuid(),
      at: minute(5),
    });
  const coveredBy = uuid();
  await plantRequest(world, profileId, coveredBy);
  return { ...site, profileId, email, coveredBy };
}

const list = <One>(length: number, make: (n: number) => One): One[] =>
  Array.from({ length }, (_, n) => make(n));
const identifier = (kind: HashedIdentifier['kind']): HashedIdentifier => {
  const hash = uuid();
  return { kind, hash, value: `${hash}@example.org`, verified: true };
};

/** A request that covers a profile, with objects in both buckets. */
export async function plantRequest(world: World, profileId: string, requestId: string): Promise<void> {
  const Item = { pk: `P#${profileId}`, sk: `REQ#${requestId}`, requestId, right: 'access', at: minute(6) };
  await world.clients.dynamo.send(new PutCommand({ TableName: world.directory.name, Item }));
  await plantObject(world, 'staging', `${requestId}/1/page/00000000`);
  await plantObject(world, 'bundles', `${requestId}/1.zip`);
}

export const plantObject = ({ clients, ...world }: World, bucket: 'staging' | 'bundles', Key: string) =>
  clients.s3.send(new PutObjectCommand({ Bucket: world[bucket].name, Key, Body: 'sealed' }));

/** Begins to upload in parts, as a build that is cut off has. */
export async function plantUpload({ clients, ...world }: World, bucket: 'staging' | 'bundles', Key: string) {
  const Bucket = world[bucket].name;
  const { UploadId } = await clients.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'sealed' };
  await clients.s3.send(new UploadPartCommand(part));
}

/** What is left of a profile in every store, times and versions apart. */
export async function whatIsLeft(world: World, filled: Pick<Filled, 'profileId' | 'coveredBy'>) {
  const { profileId, coveredBy } = filled;
  const sortKeys = (items: Item[]) => items.map(({ sk }) => String(sk));
  const objects: string[] = [];
  for (const bucket of [world.staging, world.bundles])
    for await (const { key } of listObjects(bucket, `${coveredBy}/`)) objects.push(key);
  return {
    records: sortKeys(await queryAll(world.records, `P#${profileId}`)).map((sk) => sk.split('#')[0]),
    directory: sortKeys(await queryAll(world.directory, `P#${profileId}`)).map((sk) => sk.split('#')[0]),
    keys: (await queryAll(world.vault.keys, `P#${profileId}`)).map(({ state }) => String(state)),
    objects,
  };
}
