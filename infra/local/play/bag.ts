import { openPromise, type ZipFile } from 'yauzl';
import type * as z from 'zod';
import { PlayFailure } from './failure.ts';

/** A bag out of a ZIP: its folder, and its files by their path in that folder. */
export type Bag = { readonly folder: string; readonly files: ReadonlyMap<string, Buffer> };

/** The play's bundles are small, so that all of one may be held at once. */
const mostBytes = 20_000_000;

/** @throws PlayFailure for what is no ZIP of one folder, or far too large */
export async function readBag(file: string): Promise<Bag> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
    return await readAll(zip);
  } catch (error) {
    if (error instanceof PlayFailure) throw error;
    throw new PlayFailure('The bundle is no ZIP that can be read.', { cause: error });
  } finally {
    zip?.close();
  }
}

async function readAll(zip: ZipFile): Promise<Bag> {
  const files = new Map<string, Buffer>();
  const folders = new Set<string>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const [folder = '', ...path] = entry.fileName.split('/');
    folders.add(folder);
    bytes += entry.uncompressedSize;
    if (bytes > mostBytes) throw new PlayFailure('The bundle is far larger than it can be.');
    if (files.has(path.join('/'))) throw new PlayFailure('A file stands twice in the bundle.');
    const stream = await zip.openReadStreamPromise(entry);
    files.set(path.join('/'), Buffer.concat((await stream.toArray()) as Buffer[]));
  }
  const [folder] = folders;
  if (folder === undefined || folders.size !== 1) throw new PlayFailure('The bundle is not one folder.');
  return { folder, files };
}

/** The text of a file that has to be there. @throws PlayFailure */
export function textOf({ files }: Bag, path: string): string {
  const file = files.get(path);
  if (!file) throw new PlayFailure(`The bundle holds no ${path}.`);
  return file.toString('utf8');
}

/** The value of a JSON file, or of one line of it, that has to be of this form. @throws PlayFailure */
export function parseJson<Schema extends z.ZodType>(
  path: string,
  text: string,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new PlayFailure(`${path} in the bundle has another form than expected.`, { cause: error });
  }
}
