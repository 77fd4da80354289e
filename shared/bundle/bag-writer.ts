import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { readAhead } from '#shared/aws/read-ahead.ts';

/** The content of a file: all of it, or a source that is opened when its turn comes. */
export type FileContent = string | (() => AsyncIterable<Buffer>);

/** A file as it was written. */
export type BagFile = { readonly path: string; readonly bytes: number; readonly sha512: string };

export type BagWriter = {
  /** Writes one file and waits until it is through. One at a time. */
  readonly add: (path: string, content: FileContent) => Promise<BagFile>;
  /** Writes the end of the ZIP. */
  readonly finish: () => Promise<{ bytes: number; files: number }>;
  /** Ends everything, source and output, with an error. Afterwards `output` is destroyed. */
  readonly abort: (error: unknown) => Promise<void>;
};

/** Level 1: text shrinks to a quarter, and the network stays the slower part. */
const compressionLevel = 1;
const fileMode = 0o100644;

/**
 * Streams a ZIP of one folder to `output`. Sources are opened one after another; a slow output holds them back; where one
 * fails, `add` fails, and `abort` destroys the output, so that half a bundle is never taken for a whole one.
 *
 * The bytes are the same for the same content, in any time zone: all files carry noon of the given UTC day in the DOS
 * form, which holds local time, and no other time stamp.
 */
export function openBag(output: Writable, folder: string, day: Date): BagWriter {
  const zip = new ZipFile();
  const mtime = new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 12);
  const options = { mtime, mode: fileMode, compressionLevel, forceDosTimestamp: true };
  let bytes = 0;
  let files = 0;
  let source: Readable | undefined;

  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  zip.outputStream.pipe(counted);
  const written = pipeline(counted, output);
  const failed = written.then(() => Promise.reject(new Error('the ZIP ended early')));
  failed.catch(() => source?.destroy());

  const abort = async (error: unknown): Promise<void> => {
    counted.destroy(error instanceof Error ? error : new Error('bundle aborted'));
    await written.catch(() => undefined);
  };
  zip.on('error', (error) => void abort(error));

  const add = (path: string, content: FileContent): Promise<BagFile> => {
    files += 1;
    const digest = createHash('sha512');
    const through = new Promise<BagFile>((resolve, reject) => {
      zip.addReadStreamLazy(`${folder}/${path}`, options, (answer) => {
        const measure = { bytes: 0 };
        const stream = Readable.from(measured(content, digest, measure), { objectMode: false });
        source = stream;
        // yazl does not listen: without this a failing source would end the process and leave the output open.
        stream.on('error', reject);
        stream.on('end', () => {
          resolve({ path, bytes: measure.bytes, sha512: digest.digest('hex') });
        });
        answer(null, stream);
      });
    });
    return Promise.race([through, failed]);
  };

  const finish = async (): Promise<{ bytes: number; files: number }> => {
    zip.end();
    await written;
    return { bytes, files };
  };
  return { add, finish, abort };
}

async function* measured(
  content: FileContent,
  digest: Hash,
  measure: { bytes: number },
): AsyncGenerator<Buffer> {
  // While one chunk is compressed the next is made.
  for await (const chunk of typeof content === 'string' ? [Buffer.from(content)] : readAhead(content())) {
    digest.update(chunk);
    measure.bytes += chunk.length;
    yield chunk;
  }
}
