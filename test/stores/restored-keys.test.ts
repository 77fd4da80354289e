import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { forgetRequest } from '#shared/requests/forget.ts';
import { replayDestructions } from '#shared/retention/replay-destructions.ts';
import { withProfileKeys } from '#shared/vault/open-keys.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { email, knownProfile, later, phone, startErasure } from '#test/support/erasure-request.ts';
import { makeRequestWorld } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const ids = { erased: '', kept: '', request: '' };

const keysOf = (owner: string): Promise<Item[]> => queryAll(world.vault.keys, owner);
const restore = async (rows: readonly Item[]): Promise<void> => {
  for (const row of rows)
    await world.clients.dynamo.send(new PutCommand({ TableName: world.vault.keys.name, Item: row }));
};
const opens = async (profileId: string): Promise<string> =>
  (await withProfileKeys(world.vault, profileId, () => Promise.resolve())).status;

/** Erases one of two profiles, forgets the request, then puts back all keys as they stood before. */
beforeAll(async () => {
  world = await makeRequestWorld();
  const address = email();
  const controllerId = uuid();
  ids.erased = await knownProfile(world, [address, phone()], { controllerId });
  ids.kept = await knownProfile(world, [email()], { controllerId: uuid() });
  const owners = [`P#${ids.erased}`, `P#${ids.kept}`];
  ids.request = await startErasure(world, address, { scope: [controllerId], level: 2 });
  const backup = (await Promise.all([...owners, `R#${ids.request}`].map(keysOf))).flat();
  await runErasure(world, ids.request, { now: () => new Date(later(3_600)) });
  expect(await opens(ids.erased)).toBe('erased');
  expect(await forgetRequest({ ...world, keys: world.vault.keys }, ids.request, later(40 * 86_400))).toBe(
    true,
  );
  await restore(backup);
});

describe('A7: where the keys were restored to before an erasure', () => {
  it('what was destroyed lives again, which is why nothing may be served', async () => {
    expect(await opens(ids.erased)).toBe('open');
  });

  it('every destruction that the ledger tells of is done again, once, and no other key goes', async () => {
    const tables = { ledger: world.ledger, keys: world.vault.keys };

    expect(await replayDestructions(tables)).toEqual({ told: 3, destroyed: 3 });
    expect(await replayDestructions(tables)).toEqual({ told: 3, destroyed: 0 });

    expect(await opens(ids.erased)).toBe('erased');
    // Nothing of this profile had to stay, so both its keys went.
    for (const scope of ['ordinary', 'retained'] as const)
      expect(await readKey(world.vault.keys, `P#${ids.erased}`, scope)).toMatchObject({
        ...{ state: 'destroyed', by: ids.request },
      });
    expect(await readKey(world.vault.keys, `R#${ids.request}`, 'request')).toMatchObject({
      state: 'destroyed',
    });
    expect(await opens(ids.kept)).toBe('open');
  });
});
