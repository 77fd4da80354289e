import { describe, expect, it } from 'vitest';
import { readAhead, readInOrder } from '#shared/aws/read-ahead.ts';

/** What reading each of these gives, one after another. */
async function* readAll<Read>(sources: readonly number[], read: (source: number) => Promise<Read>) {
  for (const source of sources) yield await read(source);
}
const failAtTwo = (source: number) =>
  source === 2 ? Promise.reject(new Error('second')) : Promise.resolve(source);

describe('P22: readAhead', () => {
  it('gives what it reads in order, each begun while the one before it is in work, and no more', async () => {
    const begun: number[] = [];
    const seen: [read: number, begun: number][] = [];
    const read = (source: number) => {
      begun.push(source);
      return Promise.resolve(source * 10);
    };
    for await (const one of readAhead(readAll([1, 2, 3, 4], read))) seen.push([one, begun.length]);
    expect(seen).toEqual([
      [10, 2],
      [20, 3],
      [30, 4],
      [40, 4],
    ]);
  });

  it('ends at once where there is nothing', async () => {
    const read = () => Promise.reject(new Error('nothing to read'));
    expect(await readAhead(readAll([], read)).next()).toEqual({ done: true, value: undefined });
  });

  it('throws what a read failed with when its turn has come, and not before', async () => {
    const pages = readAhead(readAll([1, 2, 3], failAtTwo));
    expect((await pages.next()).value).toBe(1);
    await new Promise(setImmediate);
    await expect(pages.next()).rejects.toThrow('second');
  });

  it('lets go of a read that failed where nobody goes on: no rejection is left over', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    for await (const page of readAhead(readAll([1, 2, 3], failAtTwo))) if (page === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('ends its source where nobody goes on, once what was asked for has come', async () => {
    const events: string[] = [];
    const source = async function* () {
      try {
        yield 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push('read');
        yield 2;
      } finally {
        events.push('ended');
      }
    };
    for await (const page of readAhead(source())) if (page === 1) break;
    expect(events).toEqual(['read', 'ended']);
  });
});

describe('P22: readInOrder', () => {
  it('reads so many side by side and no more, and gives them in order', async () => {
    let [now, most] = [0, 0];
    const read = async (source: number) => {
      now += 1;
      most = Math.max(most, now);
      // The first takes longest.
      await new Promise((resolve) => setTimeout(resolve, 20 - 4 * source));
      now -= 1;
      return source * 10;
    };
    const seen: number[] = [];
    for await (const one of readInOrder([1, 2, 3, 4], 3, read)) seen.push(one);
    expect(seen).toEqual([10, 20, 30, 40]);
    expect(most).toBe(3);
  });

  it('throws what a read failed with when its turn has come, and begins nothing more', async () => {
    const begun: number[] = [];
    const read = (source: number) => {
      begun.push(source);
      return failAtTwo(source);
    };
    const pages = readInOrder([1, 2, 3, 4, 5], 2, read);
    expect((await pages.next()).value).toBe(1);
    await new Promise(setImmediate);
    await expect(pages.next()).rejects.toThrow('second');
    expect((await pages.next()).done).toBe(true);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('leaves nothing on its way where nobody goes on', async () => {
    const ended: number[] = [];
    const read = async (source: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5 * source));
      ended.push(source);
      return source;
    };
    for await (const one of readInOrder([1, 2, 3, 4, 5], 3, read)) if (one === 1) break;
    expect(ended).toEqual([1, 2, 3, 4]);
  });
});
