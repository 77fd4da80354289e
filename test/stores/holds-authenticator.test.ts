import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DatasetName } from '#shared/data-map/data-map.ts';
import { partition, queryPages } from '#shared/aws/table.ts';
import { holdsAuthenticator } from '#shared/vault/holds-authenticator.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { email, knownProfile, phone, store, type Known } from '#test/support/erasure-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

type Stored = [DatasetName, { count?: number; data?: Record<string, unknown> }?];
/** Whether a profile with these identifiers and records holds what signs its person in. Two a page. */
async function holds(known: Known[], ...stored: Stored[]): Promise<boolean> {
  const profileId = await knownProfile(world, known);
  for (const [dataset, what] of stored) await store(world, profileId, dataset, what);
  const directory = withSmallPages(world.directory);
  return holdsAuthenticator({ ...world, directory, records: withSmallPages(world.records) }, profileId);
}
const account = { email: 'canary@people.example', firstName: 'Ada' };
const withPhone = { ...account, phone: '+4915112345678' };
const many = Array.from({ length: 5 }, () => email(undefined, { former: 1 }));

describe('A1: a profile holds what signs its person in', () => {
  it.each([
    ['a security question', [email()], [['security-question']]],
    ['a question that has no answer yet', [email()], [['security-question', { data: { question: 'Dog?' } }]]],
    ['a credential', [email()], [['credential']]],
    ['a phone', [email(), phone()], []],
    ['a phone that nobody verified', [email(), phone({ verified: false })], []],
    ['a phone among many addresses', [...many, phone()], []],
    ['a phone in its account alone', [email()], [['account', { data: withPhone }]]],
    ['a question beside much else', [email()], [['support-case', { count: 5 }], ['security-question']]],
  ] as [string, Known[], Stored[]][])('with %s', async (_, known, stored) => {
    expect(await holds(known, ...stored)).toBe(true);
  });

  it('wherever among its accounts the phone stands', async () => {
    const profileId = await knownProfile(world, [email()]);
    await store(world, profileId, 'account', { count: 7, data: account });
    const records = withSmallPages(world.records);
    expect(await holdsAuthenticator({ ...world, records }, profileId)).toBe(false);
    const without = records.queries();

    // One of seven has it now, whichever the order of the rows.
    await store(world, profileId, 'account', { count: 1, data: withPhone });

    expect(await holdsAuthenticator({ ...world, records }, profileId)).toBe(true);
    expect(without).toBeGreaterThan(4);
  });
});

describe('A1: it holds none', () => {
  it.each([
    ['where there is nothing', [email()], []],
    ['where an account has no phone', [email()], [['account', { data: account }]]],
    ['with a phone that was replaced', [email(), phone({ former: 10 })], []],
    [
      'with cases and a user name',
      [email(), { kind: 'username', value: 'ada' }],
      [['support-case', { count: 5 }]],
    ],
  ] as [string, Known[], Stored[]][])('%s', async (_, known, stored) => {
    expect(await holds(known, ...stored)).toBe(false);
  });

  it('race 4: where a hold has put the account with the phone under the other key, which this look does not open', async () => {
    const profileId = await knownProfile(world, [email()]);
    await store(world, profileId, 'account', { data: withPhone });
    for await (const { items } of queryPages(world.records, partition(`P#${profileId}`)))
      for (const item of items) {
        const Item = { ...item, scope: 'retained', heldBy: 'hold', ciphertext: randomBytes(64) };
        await world.records.client.send(new PutCommand({ TableName: world.records.name, Item }));
      }

    expect(await holdsAuthenticator(world, profileId)).toBe(false);
  });

  it('once its keys are destroyed', async () => {
    const profileId = await knownProfile(world, [email()]);
    await store(world, profileId, 'security-question');
    await destroyKey(world.vault.keys, `P#${profileId}`, 'ordinary');

    expect(await holdsAuthenticator(world, profileId)).toBe(false);
  });
});
