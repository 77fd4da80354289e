import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disavowRequest } from '#shared/identity/disavow.ts';
import { releaseBundle } from '#shared/identity/release-bundle.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { transact } from '#shared/aws/transaction.ts';
import { putBundle } from '#shared/requests/bundles.ts';
import { putPlanSize } from '#shared/requests/plan-size.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';
import { minutes, now, prove, sendCode, start } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const at = now.toISOString();
const disavow = (id = requestId) => disavowRequest(world, id, minutes(1));
const types = async () => (await readChain(world.ledger, `R#${requestId}`)).map(({ type }) => type);
const isValid = (token: string) => isTokenValid(world.requests, requestId, token, now);
const release = () =>
  releaseBundle(world, world.key('proof'), { requestId, number: 1, linkId: 'link-1', now: at });

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  requestId = await fileForEmail(world, now);
  await sendCode(world, requestId);
});

describe('A2, A25: “not me”', () => {
  it('ends a request that nobody proved: its code proves nothing any more', async () => {
    await disavow();

    expect(await requireRequest(world, requestId)).toMatchObject({
      state: 'withdrawn',
      endedAt: minutes(1).toISOString(),
    });
    expect(await prove(world, requestId)).toBeUndefined();
  });

  it('ends a request at work, and its token with it: the work writes no more', async () => {
    await prove(world, requestId);
    await start(world, requestId);

    await disavow();

    expect(await isValid('token-1')).toBe(false);
    expect((await requireRequest(world, requestId)).state).toBe('withdrawn');
    const late = commitChange(world, requestId, { event: 'tasks-ended', at, actor: 'system', attempt: 1 });
    await expect(late).rejects.toMatchObject({ name: 'AttemptSuperseded' });
  });

  it('after the end gives nothing out any more, and a fresh code opens nothing', async () => {
    await prove(world, requestId);
    await start(world, requestId);
    await transact(world.clients.dynamo, [
      putBundle(world.requests, { requestId, number: 1, attempt: 1, bytes: 1 }, at),
      await putPlanSize(world.requests, world.planKey, requestId, { attempt: 1, tasks: 0 }),
    ]);
    await commitChange(world, requestId, {
      event: 'tasks-ended',
      at,
      actor: 'system',
      attempt: 1,
      set: { bundles: 1 },
    });
    expect(await release()).toMatchObject({ linksLeft: 4 });

    await disavow();

    expect(await requireRequest(world, requestId)).toMatchObject({
      state: 'fulfilled',
      disavowedAt: minutes(1).toISOString(),
    });
    expect(await release()).toBe('gone');
    expect(await isValid('token-1')).toBe(false);
    await sendCode(world, requestId);
    expect(await prove(world, requestId, { token: 'token-2' })).toBeUndefined();
  });

  it.each([{ ended: false }, { ended: true }])(
    'said twice is one event, ended before: $ended',
    async ({ ended }) => {
      if (ended) await advance(world, requestId, now, 'withdrawn');

      await Promise.all([disavow(), disavow()]);
      await disavow();

      const events = await types();
      expect(events.filter((type) => type.startsWith('disavowed'))).toEqual([
        ended ? 'disavowed-late' : 'disavowed',
      ]);
      expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
    },
  );
});
