import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BundleContent, RecordFile } from '#shared/bundle/bundle-content.ts';
import type { RecordForm } from '#shared/bundle/record-text.ts';
import { writeBundle } from '#shared/bundle/write-bundle.ts';
import { controllers, exampleContent, sign } from './example-bundle.ts';

const [exampleController] = controllers;

describe('bad content', () => {
  const bad: [title: string, name: string, changes: (content: BundleContent) => Partial<BundleContent>][] = [
    [
      'A29: an id of a controller that is a path',
      'PathUnsafe',
      ({ files }) => ({
        controllers: [{ ...exampleController, controllerId: '../../etc' }],
        files: files.map((file) => ({ ...file, controllerId: '../../etc' })),
      }),
    ],
    [
      'A29: an id of a request that is a path',
      'PathUnsafe',
      ({ request }) => ({ request: { ...request, requestId: '../x' } }),
    ],
    ['a file twice', 'BundleContentInvalid', ({ files }) => ({ files: [...files, ...files] })],
    ['a file of an unknown controller', 'BundleContentInvalid', () => ({ controllers: [] })],
    [
      'a file with fewer records than it should have',
      'RecordCountDiffers',
      ({ files }) => ({ files: files.map((file) => ({ ...file, count: file.count + 1 })) }),
    ],
  ];

  it.each(bad)('%s: fails, and the output with it', async (_title, name, changes) => {
    const content = exampleContent('access');
    const output = new PassThrough();
    output.resume();
    await expect(writeBundle({ ...content, ...changes(content) }, output, sign)).rejects.toMatchObject({
      name,
    });
    expect(output.destroyed).toBe(true);
    expect(output.writableFinished).toBe(false);
  });

  it('a source that fails destroys the output and signs nothing', async () => {
    const failing = (file: RecordFile): RecordFile => ({
      ...file,
      text: async function* (form) {
        yield* file.text(form);
        throw Object.assign(new Error('gone'), { name: 'KeyDestroyed' });
      },
    });
    const content = exampleContent('access');
    const output = new PassThrough();
    output.resume();
    const neverSign = () => Promise.reject(new Error('signed'));
    const files = content.files.map((file) => (file.dataset === 'device' ? failing(file) : file));
    await expect(writeBundle({ ...content, files }, output, neverSign)).rejects.toMatchObject({
      name: 'KeyDestroyed',
    });
    expect(output.destroyed).toBe(true);
    expect(output.writableFinished).toBe(false);
  });

  it('an output that fails ends the source', async () => {
    let ended = 0;
    const content = exampleContent('access');
    const files = content.files.map((file) => ({
      ...file,
      count: 1_000_000,
      text: async function* (form: RecordForm) {
        try {
          for (;;) for await (const page of file.text(form)) yield page;
        } finally {
          ended += 1;
        }
      },
    }));
    const output = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('full'), { name: 'UploadFailed' }));
      },
    });
    await expect(writeBundle({ ...content, files }, output, sign)).rejects.toMatchObject({
      name: 'UploadFailed',
    });
    await expect.poll(() => ended).toBe(1);
  });

  it('a signer that fails destroys the output', async () => {
    const output = new PassThrough();
    output.resume();
    await expect(
      writeBundle(exampleContent('access'), output, () => Promise.reject(new RangeError('no'))),
    ).rejects.toBeInstanceOf(RangeError);
    expect(output.destroyed).toBe(true);
    expect(output.writableFinished).toBe(false);
  });
});
