import { describe, expect, it } from 'vitest';
import { readAhead } from '#shared/bundle/staging/read-ahead.ts';

describe('P22: readAhead', () => {
  it('gives what it reads in order, each begun while the one before it is in work, and no more', async () => {
    const begun: number[] = [];
    const seen: [read: number, begun: number][] = [];
    const read = (source: number) => {
      begun.push(source);
      return Promise.resolve(source * 10);
    };
    for await (const one of readAhead([1, 2, 3, 4], read)) seen.push([one, begun.length]);
    expect(seen).toEqual([
      [10, 2],
      [20, 3],
      [30, 4],
      [40, 4],
    ]);
  });

  it('ends at once where there is nothing', async () => {
    const read = () => Promise.reject(new Error('nothing to read'));
    expect(await readAhead([], read).next()).toEqual({ done: true, value: undefined });
  });

  it('throws what a read failed with when its turn has come, and not before', async () => {
    const read = (source: number) =>
      source === 2 ? Promise.reject(new Error('second')) : Promise.resolve(source);
    const pages = readAhead([1, 2, 3], read);
    expect((await pages.next()).value).toBe(1);
    await new Promise(setImmediate);
    await expect(pages.next()).rejects.toThrow('second');
  });

  it('lets go of a read that failed where nobody goes on: no rejection is left over', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const read = (source: number) =>
      source === 2 ? Promise.reject(new Error('second')) : Promise.resolve(source);
    for await (const page of readAhead([1, 2, 3], read)) if (page === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
