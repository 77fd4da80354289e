import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getItem } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { writeIdentifier, identifierBinding } from '#shared/profiles/identifier-store.ts';
import { profileKey, readProfile } from '#shared/profiles/profile-store.ts';
import { readBundles } from '#shared/requests/bundles.ts';
import { concludeExport } from '#shared/requests/conclude.ts';
import { readContact } from '#shared/requests/contact.ts';
import { readMessage } from '#shared/requests/messages-outbox.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { putTask, readTasks, requireTasks } from '#shared/requests/tasks.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { seal } from '#shared/vault/record-format.ts';
import { changeProfile } from '#test/support/erasure.ts';
import {
  advance,
  fileForEmail,
  fileInSession,
  makeRequestWorld,
  requireRequest,
} from '#test/support/filed-request.ts';
import { openTestProfile } from '#test/support/vault-world.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let identifierHash: string;
const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
const daysAgo = (n: number): string => new Date(now.getTime() - n * 86_400_000).toISOString();

/** A profile in which the identifier of this test stands, linked so long ago. */
async function profileWith(
  controllerId: string,
  linked: number,
  change: { verified?: boolean; openedAt?: string } = {},
) {
  const user = { siteId: uuid(), controllerId, userHash: uuid(), registeredAt: at };
  const profileId = await openTestProfile(world, user);
  const profile = await readProfile(world.directory, profileId);
  if (!profile) throw new Error('not opened');
  const linkedAt = daysAgo(linked);
  const row = {
    ...{ kind: 'email' as const, hash: identifierHash, verifiedAt: linkedAt, linkedAt },
    lastSeenAt: daysAgo(1),
    status: 'current' as const,
  };
  await withKey(world.vault, `P#${profileId}`, 'ordinary', ({ key }) =>
    transact(
      world.clients.dynamo,
      writeIdentifier(
        world,
        { ...profile, openedAt: change.openedAt ?? linkedAt },
        { action: 'link', row: change.verified === false ? { ...row, verifiedAt: undefined } : row },
        seal(key, identifierBinding(profileId, 'email', identifierHash), Buffer.from('canary@example.org')),
      ),
    ),
  );
  return profileId;
}
async function started(scope: 'all' | string[] = 'all', id?: string): Promise<string> {
  const requestId = id ?? (await fileForEmail(world, now, { identifierHash }));
  await advance(world, requestId, now, 'identity-verified');
  await commitChange(world, requestId, { event: 'started', at, actor: 'subject', set: { scope } });
  return requestId;
}
const plan = async (requestId: string, attempt = 1) =>
  planExport(world, await requireRequest(world, requestId), { attempt, dataMapVersion: 'map-1', now: at });
const taskRow = (requestId: string, profileId: string) => ({
  TableName: world.requests.name,
  Key: requestKey(requestId, `TASK#vault#${profileId}`),
});
const tasksOf = async (requestId: string) =>
  (await readTasks(world.requests, requestId, 1)).map(({ controllerId, storedFrom }) => [
    controllerId,
    storedFrom,
  ]);

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(() => {
  identifierHash = `hash-${uuid()}`;
});

describe('planExport', () => {
  it('A3, A4: plans a task for each profile that the identifier opens alone, and no other', async () => {
    await profileWith('sound', 100);
    await profileWith('newcomer', 3, { openedAt: daysAgo(300) });
    await profileWith('unverified', 100, { verified: false });
    await profileWith('shared', 100);
    await profileWith('shared', 100);
    await profileWith('too-late', -1);
    const requestId = await started();

    const planned = await plan(requestId);

    expect(planned).toMatchObject({
      tasks: 2,
      effects: [{ kind: 'send-message', requestId, messageId: 'receipt-confirmation-1' }],
    });
    expect((await tasksOf(requestId)).sort()).toEqual([
      ['newcomer', daysAgo(3)],
      ['sound', undefined],
    ]);
    expect(await requireRequest(world, requestId)).toMatchObject({ openTasks: 2, plannedAt: at });
    expect((await readChain(world.ledger, `R#${requestId}`)).at(-1)).toMatchObject({
      type: 'planned',
      facts: { tasks: 2, dataMapVersion: 'map-1' },
    });
  });

  it('A5: stays within the controllers that the person chose', async () => {
    await profileWith('chosen', 100);
    await profileWith('not-chosen', 100);
    const requestId = await started(['chosen', 'unknown']);

    expect((await plan(requestId)).tasks).toBe(1);
    expect(await tasksOf(requestId)).toEqual([['chosen', undefined]]);
  });

  it('A8: leaves at each profile the request that covers it, so that an erasure finds it', async () => {
    const profileId = await profileWith('a', 100);
    const requestId = await started();
    await plan(requestId);

    expect(await getItem(world.directory, profileKey(profileId, `REQ#${requestId}`))).toMatchObject({
      requestId,
      right: 'access',
    });
  });

  it('race 6: leaves out a profile that is being erased', async () => {
    const profileId = await profileWith('a', 100);
    await profileWith('b', 100);
    await changeProfile(world.directory, profileId, { state: 'erasing', epoch: 1 });
    const requestId = await started();

    expect((await plan(requestId)).tasks).toBe(1);
    expect(await tasksOf(requestId)).toEqual([['b', undefined]]);
  });

  it('A7: covers what had to be kept of a profile that was erased before', async () => {
    const profileId = await profileWith('a', 100);
    await changeProfile(world.directory, profileId, { state: 'erased', epoch: 2 });
    const requestId = await started();

    expect((await plan(requestId)).tasks).toBe(1);
    expect(await requireTasks(world.requests, world.planKey, requestId, 1)).toMatchObject([
      { profileId, aim: 'export', epoch: 2 },
    ]);
    const request = await requireRequest(world, requestId);
    expect((await concludeExport(world, request, { attempt: 1, now: at })).request.state).toBe('fulfilled');
  });

  it('A17: a task that was not planned, or was changed since, is work for nobody', async () => {
    await profileWith('a', 100);
    const requestId = await started();
    await plan(requestId);
    const tasks = () => requireTasks(world.requests, world.planKey, requestId, 1);
    const [planned] = await tasks();
    if (!planned) throw new Error('nothing was planned');
    const changes = [
      { profileId: uuid() },
      { controllerId: 'another' },
      { aim: 'erase' as const },
      { reason: 'needs-level-2' as const },
      { epoch: planned.epoch + 1 },
      { storedFrom: daysAgo(1) },
      { erasedAt: daysAgo(1) },
      { mac: 'A'.repeat(43) },
    ];

    for (const change of changes) {
      const forged = { ...planned, ...change };
      await transact(world.clients.dynamo, [putTask(world.requests, requestId, forged)]);
      await expect(tasks(), JSON.stringify(change)).rejects.toMatchObject({ name: 'PlanForged' });
      await transact(world.clients.dynamo, [{ Delete: taskRow(requestId, forged.profileId) }]);
    }
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, planned)]);
    expect(await tasks()).toEqual([planned]);
    const other = await started();
    await transact(world.clients.dynamo, [putTask(world.requests, other, planned)]);
    await expect(requireTasks(world.requests, world.planKey, other, 1)).rejects.toMatchObject({
      name: 'PlanForged',
    });
  });

  it('planned again in the same attempt is the same plan, with one event', async () => {
    await profileWith('a', 100);
    const requestId = await started();

    expect(await plan(requestId)).toEqual(await plan(requestId));
    expect(
      (await readChain(world.ledger, `R#${requestId}`)).filter(({ type }) => type === 'planned'),
    ).toHaveLength(1);
  });

  it('A24: plans nothing for an identifier that opens nothing, and ends with the one honest text', async () => {
    const requestId = await started();
    expect((await plan(requestId)).tasks).toBe(0);

    const { effects, request } = await concludeExport(world, await requireRequest(world, requestId), {
      attempt: 1,
      now: at,
    });

    expect(request.state).toBe('fulfilled');
    expect(effects).toEqual([{ kind: 'send-message', requestId, messageId: 'nothing-to-give-1' }]);
    expect(await readMessage(world.requests, requestId, 'nothing-to-give-1')).toMatchObject({
      kind: 'nothing-to-give',
    });
    expect(await readBundles(world.requests, requestId)).toEqual([]);
  });

  it('race 8: refuses an attempt that is no longer', async () => {
    const requestId = await started();

    await expect(plan(requestId, 2)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
  });
});

describe('A11: a request from a session', () => {
  it('opens the profile that the site named, sound or not, and writes to the verified address on record', async () => {
    const profileId = await profileWith('mine', 0);
    await profileWith('other', 100);
    const requestId = await started(
      ['mine'],
      await fileInSession(world, now, { profileId, controllerId: 'mine' }),
    );

    expect((await plan(requestId)).tasks).toBe(1);
    await plan(requestId);

    expect(await tasksOf(requestId)).toEqual([['mine', undefined]]);
    expect(await readContact(world.requests, world.vault, requestId)).toEqual({
      email: 'canary@example.org',
    });
  });

  it('writes to nobody where no address is verified', async () => {
    const profileId = await profileWith('mine', 100, { verified: false });
    const requestId = await started(
      ['mine'],
      await fileInSession(world, now, { profileId, controllerId: 'mine' }),
    );

    expect((await plan(requestId)).tasks).toBe(1);
    expect(await readContact(world.requests, world.vault, requestId)).toBeUndefined();
  });

  it('of a user who was never known plans nothing', async () => {
    const requestId = await started(['mine'], await fileInSession(world, now));

    expect((await plan(requestId)).tasks).toBe(0);
  });
});

describe('concludeExport', () => {
  it.each([
    { what: 'open in its epoch', change: undefined, state: 'fulfilled' },
    // Access first: the erasure waits, and has destroyed nothing yet.
    { what: 'taken by an erasure', change: { state: 'erasing' as const, epoch: 1 }, state: 'fulfilled' },
    { what: 'erased meanwhile', change: { state: 'erased' as const, epoch: 2 }, state: 'in-progress' },
    { what: 'in another epoch', change: { state: 'open' as const, epoch: 2 }, state: 'in-progress' },
  ])('race 6: with a profile $what leaves the request $state', async ({ change, state }) => {
    await profileWith('a', 100);
    const profileId = await profileWith('b', 100);
    const requestId = await started();
    await plan(requestId);
    if (change) await changeProfile(world.directory, profileId, change);
    const conclude = async () =>
      concludeExport(world, await requireRequest(world, requestId), { attempt: 1, now: at });

    if (state === 'in-progress') await expect(conclude()).rejects.toMatchObject({ name: 'ProfileChanged' });
    else expect(await conclude()).toEqual(await conclude());

    expect((await requireRequest(world, requestId)).state).toBe(state);
  });

  it.each([
    { what: 'a newcomer’s older records', erasing: false, withheld: ['identifier-linked-recently'] },
    { what: 'a profile that is being erased', erasing: true, withheld: ['in-erasure'] },
  ])('G09: ends partly fulfilled where $what is withheld, and says so', async ({ erasing, withheld }) => {
    const profileId = await profileWith('a', erasing ? 100 : 3, { openedAt: daysAgo(300) });
    if (erasing) await changeProfile(world.directory, profileId, { state: 'erasing', epoch: 1 });
    const requestId = await started();
    await plan(requestId);

    await concludeExport(world, await requireRequest(world, requestId), { attempt: 1, now: at });

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'partly-fulfilled', withheld });
    const planned = (await readChain(world.ledger, `R#${requestId}`)).find(({ type }) => type === 'planned');
    expect(planned?.facts).toMatchObject({ withheld });
  });
});
