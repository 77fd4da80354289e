/** Tables, keys and buckets of one test on the run's engine, and the use cases bound to them: no function is deployed. */
import { randomUUID } from 'node:crypto';
import { CreateKeyCommand, type KeySpec, type KeyUsageType } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable, type Table } from '#shared/aws/table.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { openProfile } from '#shared/profiles/open-profile.ts';
import { profileKey } from '#shared/profiles/profile-store.ts';
import { createTable } from './engine-table.ts';

export const tableNames = [
  'directory',
  'index',
  'records',
  'keys',
  'requests',
  'ledger',
  'sites',
  'ephemeral',
] as const;
const keyNames = {
  ordinary: 'wrap',
  retained: 'wrap',
  request: 'wrap',
  index: 'mac',
  code: 'mac',
  proof: 'mac',
  plan: 'mac',
  notice: 'mac',
  choice: 'mac',
  'count-found': 'mac',
  'count-erased': 'mac',
  'count-seen': 'mac',
  evidence: 'sign',
} as const;
const specs = {
  wrap: ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
  mac: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  sign: ['ECC_NIST_P256', 'SIGN_VERIFY'],
} as const satisfies Record<string, [KeySpec, KeyUsageType]>;

/** Names of what a world owns; `openWorld` binds clients to them, as often as a test wants fresh ones. */
export type WorldNames = {
  tables: Record<(typeof tableNames)[number], string>;
  keys: Record<keyof typeof keyNames, string>;
  staging: string;
  bundles: string;
};

export async function makeWorld(): Promise<WorldNames> {
  const kms = kmsClient();
  const s3 = s3Client();
  const tables = await Promise.all(tableNames.map(async (name) => [name, (await createTable(name)).name]));
  const keys = await Promise.all(
    Object.entries(keyNames).map(async ([name, kind]) => {
      const [KeySpec, KeyUsage] = specs[kind];
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
      return [name, KeyMetadata?.KeyId];
    }),
  );
  const [staging, bundles] = [`staging-${randomUUID()}`, `bundles-${randomUUID()}`];
  for (const Bucket of [staging, bundles]) await s3.send(new CreateBucketCommand({ Bucket }));
  return {
    tables: Object.fromEntries(tables) as WorldNames['tables'],
    keys: Object.fromEntries(keys) as WorldNames['keys'],
    staging,
    bundles,
  };
}

export type World = ReturnType<typeof openWorld>;

/** Fresh clients over a world. */
export function openWorld({ tables, keys, staging, bundles }: WorldNames) {
  const dynamo = dynamoClient();
  const kms = kmsClient();
  const s3 = s3Client();
  const table = (name: keyof WorldNames['tables']): Table => openTable(dynamo, tables[name]);
  const key = (name: keyof WorldNames['keys']) => ({ kms, keyId: keys[name] });
  const vault = {
    keys: table('keys'),
    wrapping: { ordinary: key('ordinary'), retained: key('retained'), request: key('request') },
  };
  return {
    clients: { dynamo, kms, s3 },
    ...{ vault, key, planKey: key('plan'), noticeKey: key('notice') },
    ...{ foundKey: key('count-found'), erasedKey: key('count-erased'), scanKey: key('count-seen') },
    ...{ directory: table('directory'), index: table('index'), records: table('records') },
    ...{
      requests: table('requests'),
      ledger: table('ledger'),
      sites: table('sites'),
      ephemeral: table('ephemeral'),
    },
    staging: { s3, name: staging },
    bundles: { s3, name: bundles },
  };
}

/** Opens a profile with its keys, as `open-profile` does. @returns its id */
export async function openTestProfile(
  { vault, directory }: World,
  user: Parameters<typeof openProfile>[1],
): Promise<string> {
  const profileId = uuid();
  const owner = `P#${profileId}` as const;
  const { ordinary, retained } = vault.wrapping;
  return openProfile({ directory, keys: vault.keys }, user, {
    profileId,
    at: new Date().toISOString(),
    ordinary: await wrapNewKey(ordinary, owner, 'ordinary'),
    retained: await wrapNewKey(retained, owner, 'retained'),
  });
}

/** Makes a profile an erased one, as the end of an erasure leaves its row. */
export async function markErased(
  { directory }: Pick<World, 'directory'>,
  profileId: string,
  at: string,
): Promise<void> {
  await directory.client.send(
    new UpdateCommand({
      TableName: directory.name,
      Key: profileKey(profileId, 'META'),
      UpdateExpression: 'SET #state = :erased, erasedAt = :at',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':erased': 'erased', ':at': at },
    }),
  );
}
