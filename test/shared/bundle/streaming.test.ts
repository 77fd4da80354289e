import { createHash } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { RecordFile } from '#shared/bundle/bundle-content.ts';
import { recordText } from '#shared/bundle/record-text.ts';
import { writeBundle } from '#shared/bundle/write-bundle.ts';
import { controllers, exampleContent, sign } from './example-bundle.ts';

const pageSize = 500;
/** Text that does not shrink much, so that the buffers of the pipe hold few records. */
const fingerprintOf = (index: number): string => createHash('sha512').update(String(index)).digest('base64');

const [shop] = controllers.map(({ controllerId }) => controllerId);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Counts pages that were handed out and not yet asked past, sources open at once, and pages read in all. */
function watchPages() {
  const seen = { pages: 0, inFlight: 0, mostInFlight: 0, open: 0, mostOpen: 0, opened: 0 };
  const watched = (dataset: 'device' | 'otp-message', count: number): RecordFile => ({
    place: 'vault',
    controllerId: shop ?? '',
    dataset,
    count,
    text: async function* (form) {
      seen.opened += 1;
      seen.open += 1;
      seen.mostOpen = Math.max(seen.mostOpen, seen.open);
      try {
        for (let start = 0; start < count; start += pageSize) {
          await nextTurn();
          seen.pages += 1;
          seen.inFlight += 1;
          seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight);
          const page = Array.from({ length: pageSize }, (_, index) => ({
            recordId: `record-${start + index}`,
            dataset,
            collectedAt: '2026-11-24T19:25:14.000Z',
            storedAt: '2026-11-24T19:30:00.000Z',
            basis: 'consent' as const,
            data: dataset === 'device' ? { fingerprint: fingerprintOf(start + index) } : { channel: 'sms' },
          }));
          yield recordText(form, dataset, 'access', page);
          seen.inFlight -= 1;
        }
      } finally {
        seen.open -= 1;
      }
    },
  });
  return { seen, watched };
}

describe('100,000 records', () => {
  it('pass with one page of one file in flight', async () => {
    const { seen, watched } = watchPages();
    const files = [watched('device', 60_000), watched('otp-message', 40_000)];
    let bytes = 0;
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        setImmediate(done);
      },
    });
    const written = await writeBundle({ ...exampleContent('access'), files }, output, sign);
    expect(written.bytes).toBe(bytes);
    expect(seen).toEqual({ pages: 400, inFlight: 0, mostInFlight: 1, open: 0, mostOpen: 1, opened: 4 });
  });

  it('P22: are let go of page by page: none is kept beyond those on their way through the pipe', async () => {
    const handedOut: WeakRef<object>[] = [];
    let mostKept = 0;
    const remembered = (file: RecordFile): RecordFile => ({
      ...file,
      text: async function* (form) {
        for await (const page of file.text(form)) {
          // The turn ends first, since a WeakRef that was just made or read holds until then.
          await nextTurn();
          collectGarbage();
          mostKept = Math.max(mostKept, handedOut.filter((one) => one.deref() !== undefined).length);
          await nextTurn();
          handedOut.push(new WeakRef(page));
          yield page;
        }
      },
    });
    const output = new Writable({
      write(_chunk, _encoding, done) {
        setImmediate(done);
      },
    });
    const file = remembered(watchPages().watched('device', 20_000));

    await writeBundle({ ...exampleContent('access'), files: [file] }, output, sign);

    expect(handedOut).toHaveLength(80);
    // One asked for ahead, one being measured, and two that are compressed, whatever the number of pages.
    expect(mostKept).toBeLessThanOrEqual(4);
  });

  it('wait for an output that does not take them', async () => {
    const { seen, watched } = watchPages();
    let go: (() => void) | undefined;
    const output = new Writable({
      write(_chunk, _encoding, done) {
        if (go) done();
        else go = done;
      },
    });
    const writing = writeBundle(
      { ...exampleContent('access'), files: [watched('device', 100_000)] },
      output,
      sign,
    );
    // Until the buffers of the pipe are full and nothing moves any more.
    let before = -1;
    while (seen.pages === 0 || seen.pages > before) {
      before = seen.pages;
      await pause(100);
    }
    // What the buffers of the pipe hold, deflated; all would be 200 pages.
    expect(seen.pages).toBeGreaterThan(0);
    expect(seen.pages).toBeLessThan(40);
    go?.();
    await writing;
    expect(seen.pages).toBe(400);
  });
});
