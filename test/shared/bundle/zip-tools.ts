import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';

/** A file of a ZIP: its whole name, and its content. The rest is for forgers. */
export type ZipPart = {
  readonly name: string;
  readonly content: Buffer;
  /** Another name in front of the content than in the directory. */
  readonly localName?: string;
  /** Unix mode with type, as in the directory. */
  readonly mode?: number;
  /** The place of another part, whose bytes this one shares. */
  readonly placeOf?: string;
  /** A size that is stated in the directory and not true. */
  readonly statedSize?: number;
};

/** All files of a ZIP, unpacked. */
export async function readZip(zip: Buffer): Promise<ZipPart[]> {
  const archive = await fromBufferPromise(zip);
  const parts: ZipPart[] = [];
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    parts.push({ name: entry.fileName, content: Buffer.concat(chunks) });
  }
  return parts;
}

/** A ZIP of stored files with any name and any lie, which honest libraries refuse to write (APPNOTE.TXT 4.3). */
export function forgeZip(parts: readonly ZipPart[]): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  const places = new Map<string, number>();
  let offset = 0;
  for (const part of parts) {
    const { name, content, localName = name, mode = 0o100644, placeOf, statedSize = content.length } = part;
    const sums = [crc32(content), content.length, statedSize] as const;
    const place = placeOf === undefined ? offset : (places.get(placeOf) ?? 0);
    if (placeOf === undefined) {
      const local = Buffer.concat([localHeader(localName, sums), content]);
      places.set(name, offset);
      body.push(local);
      offset += local.length;
    }
    directory.push(directoryHeader(name, sums, mode, place));
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...body, ...directory, end]);
}

/** General purpose bit 11. */
const utf8Names = 0x800;

type Sums = readonly [crc: number, packed: number, unpacked: number];

function localHeader(name: string, [crc, packed, unpacked]: Sums): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(utf8Names, 6);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(unpacked, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}

function directoryHeader(name: string, [crc, packed, unpacked]: Sums, mode: number, place: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(utf8Names, 8);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed, 20);
  header.writeUInt32LE(unpacked, 24);
  header.writeUInt16LE(Buffer.byteLength(name), 28);
  header.writeUInt32LE((mode << 16) >>> 0, 38);
  header.writeUInt32LE(place, 42);
  return Buffer.concat([header, Buffer.from(name)]);
}
