import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inFlight } from '#shared/aws/in-flight.ts';

describe('inFlight', () => {
  it('runs so much at once and no more, and waits for the rest', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(Math.random() * 5);
      running -= 1;
      done += 1;
    };
    const flight = inFlight(3);

    for (let n = 0; n < 20; n += 1) await flight.start(work);
    expect(done).toBeGreaterThanOrEqual(17);
    await flight.end();

    expect({ most, done, running }).toEqual({ most: 3, done: 20, running: 0 });
  });

  it('starts nothing more after a failure, and tells the first', async () => {
    let started = 0;
    const flight = inFlight(2);
    const work = (n: number) => async (): Promise<void> => {
      started += 1;
      await sleep(1);
      if (n >= 1) throw new Error(`work ${n}`);
    };

    const all = (async () => {
      for (let n = 0; n < 10; n += 1) await flight.start(work(n));
    })();

    await expect(all).rejects.toThrow('work 1');
    expect(started).toBeLessThan(5);
    await expect(flight.end()).rejects.toThrow('work 1');
  });

  it('tells a failure of the last work when it ends', async () => {
    const flight = inFlight(4);
    await flight.start(() => Promise.reject(new Error('last')));

    await expect(flight.end()).rejects.toThrow('last');
  });
});
