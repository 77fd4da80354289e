import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { allCustomMatcher } from 'aws-sdk-client-mock-vitest';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded, commitChange } from '#shared/requests/request-store.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

expect.extend(allCustomMatcher);
const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
const sfn = new SFNClient({ region: 'eu-central-1' });
const machines = mockClient(sfn);
const machine = { sfn, arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:export' };
let world: Awaited<ReturnType<typeof makeRequestWorld>>;

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(() => {
  machines.reset();
});

describe('race 8: redriveRequest', () => {
  it('starts the next attempt of a request that needs attention; the old attempt writes no more', async () => {
    const requestId = await fileForEmail(world, now);
    await advance(world, requestId, now, 'identity-verified', 'started');
    await recordFailure(world, requestId, { attempt: 1, failed: 'SealBroken', now: at });

    expect(await redriveRequest(world, machine, requestId, now)).toBe(2);

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress', attempt: 2 });
    expect(machines).toHaveReceivedCommandWith(StartExecutionCommand, {
      name: `${requestId}-2`,
      input: JSON.stringify({ requestId, attempt: 2 }),
    });
    const late = commitChange(world, requestId, { event: { note: 'late' }, at, actor: 'system', attempt: 1 });
    await expect(late).rejects.toThrow(AttemptSuperseded);
    expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
  });

  it('starts a third attempt as well, soon after the second', async () => {
    const requestId = await fileForEmail(world, now);
    await advance(world, requestId, now, 'identity-verified', 'started');
    for (const attempt of [1, 2]) {
      await recordFailure(world, requestId, { attempt, failed: 'SealBroken', now: at });
      expect(await redriveRequest(world, machine, requestId, now)).toBe(attempt + 1);
    }

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress', attempt: 3 });
    expect(machines).toHaveReceivedCommandTimes(StartExecutionCommand, 2);
  });

  it('starts nothing for a request that is at work, or was never started', async () => {
    const requestId = await fileForEmail(world, now);
    await expect(redriveRequest(world, machine, requestId, now)).rejects.toThrow(TransitionRefused);
    await advance(world, requestId, now, 'identity-verified', 'started');
    await expect(redriveRequest(world, machine, requestId, now)).rejects.toThrow(TransitionRefused);
    expect(machines).not.toHaveReceivedCommand(StartExecutionCommand);
  });
});
