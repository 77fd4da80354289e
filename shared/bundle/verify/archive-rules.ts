import type { Entry, ZipFile } from 'yauzl';
import { ArchiveRefused } from './archive-refused.ts';

/** What a bundle may cost whoever verifies it. */
export type ArchiveLimits = {
  readonly mostEntries: number;
  /** Sum of the sizes of all files, unpacked. */
  readonly mostBytes: number;
};

/** The names that bundles use; no other can be confused with them, or does anything on a terminal. */
const safeName = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)+[A-Za-z0-9][A-Za-z0-9._-]*$/;
const fileTypeMask = 0o170000;
const regularFile = 0o100000;
const unixHost = 3;
const stored = 0;
const deflated = 8;
const localHeaderBytes = 30;

/**
 * The tricks that a ZIP can play on different readers, each refused: names that are unsafe, twice there, or outside the
 * one folder; links, folders, encryption; a second name in the local header; entries that share bytes (bombs); too much.
 * @throws ArchiveRefused
 */
export async function checkEntries(
  zip: ZipFile,
  entries: readonly Entry[],
  { mostBytes }: ArchiveLimits,
): Promise<{ folder: string }> {
  const folder = entries[0]?.fileName.split('/')[0] ?? '';
  const seen = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const { fileName } = entry;
    if (!safeName.test(fileName)) throw new ArchiveRefused('unsafe-name', fileName);
    if (!fileName.startsWith(`${folder}/`)) throw new ArchiveRefused('outside-the-bag', fileName);
    if (seen.has(fileName.toLowerCase())) throw new ArchiveRefused('duplicate-name', fileName);
    if (!isPlainFile(entry)) throw new ArchiveRefused('not-a-plain-file', fileName);
    seen.add(fileName.toLowerCase());
    bytes += entry.uncompressedSize;
    if (bytes > mostBytes) throw new ArchiveRefused('too-large', fileName);
  }
  await checkPlaces(zip, entries);
  return { folder };
}

function isPlainFile(entry: Entry): boolean {
  const type = (entry.externalFileAttributes >>> 16) & fileTypeMask;
  const isRegular = entry.versionMadeBy >>> 8 !== unixHost || type === 0 || type === regularFile;
  const isReadable = entry.compressionMethod === stored || entry.compressionMethod === deflated;
  return isRegular && isReadable && !entry.isEncrypted();
}

/** Every entry has bytes of its own, and the same name in front of them as in the directory. */
async function checkPlaces(zip: ZipFile, entries: readonly Entry[]): Promise<void> {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of inOrder) {
    const { fileName, fileNameRaw, relativeOffsetOfLocalHeader: start, compressedSize } = entry;
    if (start < end) throw new ArchiveRefused('overlapping-entries', fileName);
    const header = await zip.readLocalFileHeaderPromise(entry).catch(() => {
      throw new ArchiveRefused('unreadable', fileName);
    });
    if (!header.fileName.equals(fileNameRaw)) throw new ArchiveRefused('hidden-name', fileName);
    end = start + localHeaderBytes + header.fileNameLength + header.extraFieldLength + compressedSize;
  }
}
