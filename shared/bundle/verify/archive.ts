import { createHash } from 'node:crypto';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { checkEntries, type ArchiveLimits } from './archive-rules.ts';
import { ArchiveRefused } from './archive-refused.ts';

/** A bag in a ZIP file, read in place: nothing is unpacked, and no file is held whole unless asked for. */
export type Archive = {
  /** Paths within the bag's folder, and the sizes that the ZIP states. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The name of the bag's folder. */
  readonly folder: string;
  /** The whole of a small file. Larger than `limit`: ArchiveRefused. */
  readonly read: (path: string, limit: number) => Promise<Buffer>;
  /** SHA-512 of a file, hex, a chunk at a time. */
  readonly hash: (path: string) => Promise<string>;
  readonly close: () => void;
};

/**
 * Opens a ZIP that should hold one bag. What is no plain ZIP of plain files in one folder is refused before any content
 * is read.
 * @throws ArchiveRefused
 */
export async function openArchive(file: string, limits: ArchiveLimits): Promise<Archive> {
  const zip = await openPromise(file, { autoClose: false, strictFileNames: true }).catch(() => {
    throw new ArchiveRefused('not-a-zip', '');
  });
  try {
    const entries = await listEntries(zip, limits);
    const { folder } = await checkEntries(zip, entries, limits);
    const byPath = new Map(entries.map((entry) => [entry.fileName.slice(folder.length + 1), entry]));
    return {
      folder,
      sizes: new Map([...byPath].map(([path, { uncompressedSize }]) => [path, uncompressedSize])),
      read: (path, limit) => readEntry(zip, path, entryOf(byPath, path), limit),
      hash: (path) => hashEntry(zip, path, entryOf(byPath, path)),
      close: () => {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listEntries(zip: ZipFile, { mostEntries }: ArchiveLimits): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      if (entries.length > mostEntries) throw new ArchiveRefused('too-many-entries', '');
    }
  } catch (error) {
    // yauzl speaks of names in its messages (absolute paths, `..`), which may hold anything.
    throw error instanceof ArchiveRefused ? error : new ArchiveRefused('unsafe-directory', '');
  }
  return entries;
}

function entryOf(entries: ReadonlyMap<string, Entry>, path: string): Entry {
  const entry = entries.get(path);
  if (!entry) throw new ArchiveRefused('no-such-file', path);
  return entry;
}

async function readEntry(zip: ZipFile, path: string, entry: Entry, limit: number): Promise<Buffer> {
  if (entry.uncompressedSize > limit) throw new ArchiveRefused('too-large', path);
  const chunks: Buffer[] = [];
  await eachChunk(zip, path, entry, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

async function hashEntry(zip: ZipFile, path: string, entry: Entry): Promise<string> {
  const digest = createHash('sha512');
  await eachChunk(zip, path, entry, (chunk) => digest.update(chunk));
  return digest.digest('hex');
}

/** yauzl ends a stream with an error as soon as it holds more, or less, than the size that the entry states. */
async function eachChunk(
  zip: ZipFile,
  path: string,
  entry: Entry,
  take: (chunk: Buffer) => unknown,
): Promise<void> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) take(chunk as Buffer);
  } catch {
    throw new ArchiveRefused('unreadable', path);
  }
}
