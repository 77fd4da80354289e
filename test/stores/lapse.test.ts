import { beforeEach, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import type { Effect } from '#shared/requests/effects.ts';
import { lapseUnproven } from '#shared/requests/lapse.ts';
import { readMessage } from '#shared/requests/messages-outbox.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import {
  advance,
  fileForEmail,
  makeRequestWorld,
  requireRequest,
  spoil,
} from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const now = new Date('2027-06-15T12:00:00.000Z');
const seconds = (n: number): Date => new Date(now.getTime() + n * 1_000);
const days = (n: number): Date => seconds(n * 86_400);
const many = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));
const eventsOf = async (id: string) => (await readChain(world.ledger, `R#${id}`)).map(({ type }) => type);
/** A run in which nothing failed. @returns the effects */
async function lapse(at: Date): Promise<Effect[]> {
  const { effects, failures } = await lapseUnproven(world, at);
  expect(failures).toEqual([]);
  return effects;
}

/** It sweeps its world whole, so each test has its own. */
beforeEach(async () => {
  world = await makeRequestWorld();
});

describe('lapse', () => {
  it('G09: lapses what nobody proved in 14 days, and tells each once', async () => {
    const unproven = await many(6, () => fileForEmail(world, now, { codeId: 'code-1' }));
    const [proven = '', withdrawn = ''] = await many(2, () => fileForEmail(world, now));
    const young = await fileForEmail(world, seconds(1));
    await advance(world, proven, now, 'identity-verified');
    await advance(world, withdrawn, now, 'withdrawn');

    const [early, first, second] = [await lapse(days(13.999)), await lapse(days(14)), await lapse(days(14))];

    expect(early).toEqual([]);
    expect(first.map(({ requestId }) => requestId).sort()).toEqual([...unproven].sort());
    expect(first.every((effect) => effect.kind === 'send-message' && effect.messageId === 'lapsed')).toBe(
      true,
    );
    expect(second).toEqual([]);
    for (const id of unproven) {
      expect(await requireRequest(world, id)).toMatchObject({ state: 'lapsed' });
      expect(await eventsOf(id)).toEqual(['submitted', 'lapsed']);
      expect(await readMessage(world.requests, id, 'lapsed')).toMatchObject({
        kind: 'lapsed',
        state: 'pending',
      });
    }
    expect((await requireRequest(world, proven)).state).toBe('verified');
    expect((await requireRequest(world, withdrawn)).state).toBe('withdrawn');
    expect((await requireRequest(world, young)).state).toBe('awaiting-identity');
  });

  it('A21: an address that no code was sent to is not written to, however often it was named', async () => {
    const unasked = await many(3, () => fileForEmail(world, now));

    expect(await lapse(days(14))).toEqual([]);

    for (const id of unasked) {
      expect(await requireRequest(world, id)).toMatchObject({ state: 'lapsed' });
      expect(await readMessage(world.requests, id, 'lapsed')).toBeUndefined();
    }
  });

  it('two runs at once lapse each once', async () => {
    const unproven = await many(4, () => fileForEmail(world, now, { codeId: 'code-1' }));

    const runs = await Promise.all([lapse(days(15)), lapse(days(15))]);

    for (const id of unproven) expect(await eventsOf(id)).toEqual(['submitted', 'lapsed']);
    expect(new Set(runs.flat().map(({ requestId }) => requestId)).size).toBe(4);
  });

  it('one that fails keeps no other from its turn, and is told', async () => {
    const ids = await many(5, () => fileForEmail(world, now, { codeId: 'code-1' }));
    const [broken = ''] = ids;
    await spoil(world, broken);

    const { effects, failures } = await lapseUnproven(world, days(15));

    expect(failures).toHaveLength(1);
    expect(effects.map(({ requestId }) => requestId).sort()).toEqual(ids.slice(1).sort());
    expect(() => {
      requireComplete(failures);
    }).toThrow('1 rows failed');
  });
});
