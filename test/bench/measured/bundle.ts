import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';
import { v7 as uuid } from 'uuid';
import type { BundleContent, RecordFile } from '#shared/bundle/bundle-content.ts';
import type { ExportRecord } from '#shared/bundle/export-record.ts';
import { csvFile, jsonLinesFile } from '#shared/bundle/record-lines.ts';
import { recordText, type RecordForm } from '#shared/bundle/record-text.ts';
import { writeBundle, type SignManifest } from '#shared/bundle/write-bundle.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { caseData } from './profile.ts';

/** MB of 10^6 bytes that go into the ZIP, a second: JSON Lines and CSV of 100,000 records that are in memory. */
export type BundleSpeed = {
  readonly written: number;
  /** The same bytes through SHA-512, CRC-32 and DEFLATE of level 1 alone, one after another. */
  readonly bare: number;
  readonly megabytes: number;
};

const pages = 50;
const pageSize = 2_000;
const at = '2026-11-01T10:00:00.000Z';

export async function bundle(_: object): Promise<BundleSpeed> {
  const file = recordFile();
  const chunks = [...(await collect(csvFile(file, 'access'))), ...(await collect(jsonLinesFile(file)))];
  const megabytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / 1e6;
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const written = await timed(() => writeBundle(contentOf(file), nowhere, sign));
  const bare = await timed(() => {
    for (const chunk of chunks) squeeze(chunk);
    return Promise.resolve();
  });
  return { megabytes, written: megabytes / written, bare: megabytes / bare };
}

function recordFile(): RecordFile {
  const made = Array.from({ length: pages }, (_, page) =>
    Array.from({ length: pageSize }, (__, index): ExportRecord => ({
      recordId: randomBytes(32).toString('base64url'),
      dataset: 'support-case',
      ...{ collectedAt: at, storedAt: at, basis: 'contract' },
      data: caseData(page * pageSize + index),
    })),
  );
  const file = { place: 'vault', controllerId: uuid(), dataset: 'support-case' } as const;
  async function* text(form: RecordForm) {
    for (const page of made) yield await Promise.resolve(recordText(form, file.dataset, 'access', page));
  }
  return { ...file, count: pages * pageSize, text };
}

const sign: SignManifest = () =>
  Promise.resolve({
    jws: 'e30..c2ln',
    jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'k', use: 'sig', alg: 'ES256' },
  });

function contentOf(file: RecordFile): BundleContent {
  const { controllerId } = file;
  return {
    request: {
      ...{ requestId: uuid(), right: 'access', receivedAt: at, dueAt: at, dueOn: '2026-12-01' },
      ...{ language: 'en', timeline: [] },
    },
    ...{ createdAt: at, number: 1, of: 1, issuer: { name: 'Vendor' }, dataMapVersion },
    controllers: [
      { controllerId, name: 'Shop', contact: 'privacy@shop.example', country: 'DE', kind: 'site' },
    ],
    ...{ files: [file], redactions: [], erasures: [] },
  };
}

function squeeze(chunk: Buffer): void {
  createHash('sha512').update(chunk).digest();
  crc32(chunk);
  deflateRawSync(chunk, { level: 1 });
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
