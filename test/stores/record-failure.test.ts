import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
let world: Awaited<ReturnType<typeof makeRequestWorld>>;
beforeAll(async () => {
  world = await makeRequestWorld();
});

async function started(): Promise<string> {
  const requestId = await fileForEmail(world, now, { identifierHash: `hash-${uuid()}` });
  await advance(world, requestId, now, 'identity-verified');
  await commitChange(world, requestId, { event: 'started', at, actor: 'subject', set: { scope: 'all' } });
  return requestId;
}

describe('recordFailure', () => {
  it('A18: a failure is kept as the name of its error, and as nothing else', async () => {
    const [named, told] = [await started(), await started()];

    await recordFailure(world, named, { attempt: 1, failed: 'StagingIncomplete', now: at });
    await recordFailure(world, told, { attempt: 1, failed: 'no user alice@example.org', now: at });

    const last = async (id: string) => (await readChain(world.ledger, `R#${id}`)).at(-1);
    expect(await last(named)).toMatchObject({
      type: 'step-failed',
      facts: { attempt: 1, error: 'StagingIncomplete' },
    });
    expect(await last(told)).toMatchObject({ facts: { error: 'unnamed' } });
    expect((await requireRequest(world, told)).state).toBe('needs-attention');
  });
});
