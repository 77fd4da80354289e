import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { getItem, queryAll, type Item } from '#shared/aws/table.ts';
import { profileKey } from '#shared/profiles/profile-store.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import {
  announce,
  email,
  knownProfile,
  later,
  plan,
  profileOf,
  startErasure,
  store,
} from '#test/support/erasure-request.ts';
import { callHandler, stateWorld } from '#test/support/handlers-on-world.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

/** What a function taken over that writes `requests`, or `directory`, and makes no MAC of a counter could try. */
let world: World;
beforeAll(async () => {
  const names = await makeWorld();
  world = openWorld(names);
  return stateWorld(names, new Date(later(1_000)));
});

const steps = ['preserve-held', 'destroy-keys', 'erase-rows', 'scan-places'] as const;
const work = (requestId: string, step: (typeof steps)[number]) =>
  callHandler(`workflow/${step}`, { requestId, attempt: 1 });
const sign = (requestId: string) =>
  callHandler('invoked/sign', { kind: 'receipt', requestId, attempt: 1 }) as Promise<{ receipt: string }>;
const conclude = (requestId: string, receipt: string) =>
  callHandler('workflow/conclude', { requestId, attempt: 1, receipt });

type Erasing = { readonly requestId: string; readonly profileId: string };
/** An erasure of one profile, of which something goes and something stays, done up to this step and no further. */
async function erasingUpTo(last?: (typeof steps)[number]): Promise<Erasing> {
  const address = email();
  const profileId = await knownProfile(world, [address]);
  await store(world, profileId, 'account');
  const requestId = await startErasure(world, address, {
    scope: [(await profileOf(world, profileId)).controllerId],
  });
  await announce(world, requestId);
  await plan(world, requestId);
  for (const step of last ? steps.slice(0, steps.indexOf(last) + 1) : []) await work(requestId, step);
  return { requestId, profileId };
}

type Count = 'FOUND' | 'ERASED' | 'SCAN';
const keyOf = ({ requestId, profileId }: Erasing, count: Count) =>
  requestKey(requestId, `${count}#vault#${profileId}`);
async function rowOf(one: Erasing, count: Count): Promise<Item> {
  const row = await getItem(world.requests, keyOf(one, count));
  if (!row) throw new Error(`no ${count}`);
  return row;
}
const put = (Item: Item) =>
  world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));
const stored = async ({ profileId }: Erasing): Promise<Item[][]> => [
  await queryAll(world.records, `P#${profileId}`),
  await queryAll(world.vault.keys, `P#${profileId}`),
];
const isForged = { name: 'CountForged' };

/** A count that says what suits: that all was done, and nothing was there or is left. */
const flattering: Record<Count, Item> = {
  FOUND: { holdEpoch: 0, datasets: {}, retained: 0, recipients: [], otherDisclosures: 0, done: true },
  ERASED: { datasets: {}, done: true },
  SCAN: { attempt: 1, datasets: {}, leftovers: {}, scannedAt: later(1_000), done: true },
};
const forgeries: Record<string, (one: Erasing, count: Count) => Promise<Item>> = {
  'without a MAC': (_, count) => Promise.resolve(flattering[count]),
  'with a MAC that nobody made': (_, count) => Promise.resolve({ ...flattering[count], mac: 'A'.repeat(43) }),
  'whose numbers were changed': async (one, count) => ({
    ...(await rowOf(one, count)),
    ...flattering[count],
  }),
  'copied from another request and profile': async (_, count) =>
    rowOf(await erasingUpTo('scan-places'), count),
  'made by another counter': async (one, count) => {
    const { mac } = await rowOf(one, count === 'FOUND' ? 'ERASED' : 'FOUND');
    return { ...(await rowOf(one, count)), mac };
  },
};

describe.each(Object.entries(forgeries))('A6, A17: a count %s', (_, forge) => {
  const forged = async (one: Erasing, count: Count): Promise<void> => {
    await put({ version: 9, ...(await forge(one, count)), ...keyOf(one, count) });
  };

  it('of what was found destroys no key, and is counted on by nobody', async () => {
    const one = await erasingUpTo('preserve-held');
    // The other counter's row, for the forgery that takes its MAC.
    await put({ ...keyOf(one, 'ERASED'), mac: 'A'.repeat(43) });
    const before = await stored(one);
    await forged(one, 'FOUND');

    for (const step of steps) await expect(work(one.requestId, step)).rejects.toMatchObject(isForged);

    expect(await stored(one)).toEqual(before);
    expect(await profileOf(world, one.profileId)).toMatchObject({ state: 'erasing' });
  });

  it('of what was erased has no row left behind a receipt', async () => {
    const one = await erasingUpTo('scan-places');
    await forged(one, 'ERASED');

    await expect(work(one.requestId, 'erase-rows')).rejects.toMatchObject(isForged);
    await expect(sign(one.requestId)).rejects.toMatchObject(isForged);

    expect(await queryAll(world.requests, `R#${one.requestId}`, 'RECEIPT#')).toEqual([]);
  });

  it('of what the second look saw has nothing signed, and ends nothing', async () => {
    const one = await erasingUpTo('scan-places');
    const { receipt } = await sign(one.requestId);
    await forged(one, 'SCAN');

    await expect(work(one.requestId, 'scan-places')).rejects.toMatchObject(isForged);
    await expect(sign(one.requestId)).rejects.toMatchObject(isForged);
    await expect(conclude(one.requestId, receipt)).rejects.toMatchObject(isForged);

    expect(await getItem(world.requests, requestKey(one.requestId, 'META'))).toMatchObject({
      state: 'in-progress',
    });
  });

  it('of what was found has nothing signed, and nobody told', async () => {
    const one = await erasingUpTo('scan-places');
    const { receipt } = await sign(one.requestId);
    await forged(one, 'FOUND');

    await expect(sign(one.requestId)).rejects.toMatchObject(isForged);
    await expect(conclude(one.requestId, receipt)).rejects.toMatchObject(isForged);
  });
});

describe('A6, A17: an erasure beside forged rows', () => {
  it('destroys no key on the word of the directory alone: what is kept is counted and moved first', async () => {
    const one = await erasingUpTo();
    const { holdEpoch } = await profileOf(world, one.profileId);
    await world.clients.dynamo.send(
      new UpdateCommand({
        TableName: world.directory.name,
        Key: profileKey(one.profileId, 'META'),
        UpdateExpression: 'SET #state = :erasing, erasingBy = :me, preserved = :preserved',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ...{ ':erasing': 'erasing', ':me': one.requestId, ':preserved': { holdEpoch, retained: 0 } },
        },
      }),
    );
    const before = await stored(one);

    await expect(work(one.requestId, 'destroy-keys')).rejects.toMatchObject({ name: 'HoldChanged' });
    expect(await stored(one)).toEqual(before);

    await work(one.requestId, 'preserve-held');
    const { preserved } = await profileOf(world, one.profileId);
    expect(preserved?.retained).toBeGreaterThan(0);
    await work(one.requestId, 'destroy-keys');
    expect(await getItem(world.vault.keys, { pk: `P#${one.profileId}`, sk: 'retained' })).toMatchObject({
      state: 'live',
    });
  });

  it.each(['overwritten', 'added'])('signs nothing where a name of the index was %s', async (how) => {
    const one = await erasingUpTo('erase-rows');
    const [named] = await queryAll(world.requests, `R#${one.requestId}`, 'NAMED#');
    if (!named) throw new Error('nothing was named');
    const hash = 'x'.repeat(43);
    const sk = how === 'added' ? `NAMED#vault#${one.profileId}#email#${hash}` : named['sk'];
    await put({ ...named, sk, hash });

    await expect(work(one.requestId, 'scan-places')).rejects.toMatchObject(isForged);
  });

  it('ends nothing on a task that was not planned', async () => {
    const one = await erasingUpTo('scan-places');
    const { receipt } = await sign(one.requestId);
    const [task] = await readTasks(world.requests, one.requestId, 1);
    await put({
      ...requestKey(one.requestId, `TASK#vault#${one.profileId}`),
      ...{ ...task, aim: 'withheld', reason: 'needs-level-2' },
    });

    await expect(conclude(one.requestId, receipt)).rejects.toMatchObject({ name: 'PlanForged' });
  });

  it('puts the request before a person', async () => {
    const one = await erasingUpTo('scan-places');
    await put({ ...keyOf(one, 'SCAN'), ...flattering.SCAN, version: 9 });
    const failed = await sign(one.requestId).catch((error: unknown) => (error as Error).name);

    const ended = await callHandler('workflow/conclude', { ...one, attempt: 1, failed });

    expect(ended).toMatchObject({ status: 'needs-attention' });
    await expect(
      commitChange(world, one.requestId, { event: 'tasks-ended', at: later(2_000), actor: 'system' }),
    ).rejects.toMatchObject({ name: 'TransitionRefused' });
  });

  it('goes to its end where nothing is forged', async () => {
    const one = await erasingUpTo('scan-places');
    const { receipt } = await sign(one.requestId);
    expect(receipt).toMatch(/^[\w-]{43}$/);
  });
});
