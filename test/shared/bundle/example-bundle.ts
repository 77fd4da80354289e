import { Writable } from 'node:stream';
import { dataMap, dataMapVersion, type DatasetName } from '#shared/data-map/data-map.ts';
import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import type { RecordData } from '#shared/data-map/parse-record-data.ts';
import type { BundleContent, ControllerFacts, RecordFile } from '#shared/bundle/bundle-content.ts';
import type { ExportRecord } from '#shared/bundle/export-record.ts';
import { recordText } from '#shared/bundle/record-text.ts';
import { redactForExport } from '#shared/bundle/redact-for-export.ts';
import type { Redaction } from '#shared/bundle/redaction.ts';
import { writeBundle, type SignManifest } from '#shared/bundle/write-bundle.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';

export const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const shop = '0199d9a2-0000-7000-8000-000000000001';
const vendor = '0199d9a2-0000-7000-8000-000000000002';

export const controllers: readonly ControllerFacts[] = [
  {
    controllerId: shop,
    name: '<b onclick="x">O\'Brien & Söhne</b>',
    contact: 'datenschutz@shop.example.net',
    country: 'DE',
    kind: 'site',
    information: { retention: 'Wir löschen <script>alert(1)</script> nach Vertragsende.' },
  },
  {
    controllerId: vendor,
    name: 'Example Plugins Ltd',
    contact: 'privacy@vendor.example',
    country: 'IE',
    kind: 'vendor',
  },
];

const stored: readonly [controllerId: string, dataset: DatasetName, data: RecordData][] = [
  [
    shop,
    'account',
    {
      email: 'zofia.n@example.net',
      phone: '+48601123456',
      firstName: 'Zofia',
      lastName: 'Nowak-Żółć',
      company: '=1+1',
    },
  ],
  [shop, 'security-question', { question: 'City, where "you" were born?', answer: 'scrypt$canary$answer' }],
  [shop, 'device', { ip: '192.0.2.201', userAgent: "=cmd|'/c calc'!A1", seenAt: '2026-11-24T19:25:14Z' }],
  [
    shop,
    'device',
    { ip: '2001:db8::51', userAgent: '<script>alert(2)</script>', seenAt: '2026-11-24T20:25:14Z' },
  ],
  [
    shop,
    'consent',
    {
      noticeVersion: '2026-05',
      purposes: ['terms-accepted', 'risk-based-login'],
      decision: 'given',
      at: '2026-11-01T10:00:00Z',
      method: 'checkbox',
      language: 'pl',
    },
  ],
  [vendor, 'licence', { plan: 'Premium', key: 'scrypt$canary$key', seats: 5, validUntil: '2027-12-31' }],
  [vendor, 'billing', { invoiceNumber: 'R-17', amount: '-12.50', currency: 'EUR', issuedAt: '2026-11-01' }],
  [
    vendor,
    'disclosure',
    {
      kind: 'read',
      recipient: 'Example Plugins Ltd',
      datasets: ['licence'],
      purpose: 'support',
      ground: 'D3',
      basis: 'contract',
      at: '2026-11-20T08:00:00Z',
    },
  ],
];

/** The content of an example bundle, made as a caller makes it: redacted, gathered by controller and dataset. */
export function exampleContent(right: ExportRight, changes: Partial<BundleContent> = {}): BundleContent {
  const redactions: Redaction[] = [];
  const gathered = new Map<string, { controllerId: string; dataset: DatasetName; records: ExportRecord[] }>();
  stored.forEach(([controllerId, dataset, data], index) => {
    const { basis } = dataMap[dataset];
    const record: ExportRecord = {
      recordId: `record-${index}`,
      dataset,
      collectedAt: '2026-11-24T19:25:14.000Z',
      storedAt: '2026-11-24T19:30:00.000Z',
      basis,
      data,
    };
    const redacted = redactForExport(right, dataMap[dataset], record);
    redactions.push(...redacted.redactions.map((one) => ({ ...one, controllerId })));
    if (!redacted.record) return;
    const key = `${controllerId} ${dataset}`;
    const file = gathered.get(key) ?? { controllerId, dataset, records: [] };
    gathered.set(key, { ...file, records: [...file.records, redacted.record] });
  });
  return {
    request: {
      requestId,
      right,
      receivedAt: '2026-11-24T18:00:00.000Z',
      dueAt: '2026-12-24T22:59:59.000Z',
      dueOn: '2026-12-24',
      language: 'en',
      timeline: [{ at: '2026-11-24T18:00:00.000Z', event: 'submitted' }],
    },
    createdAt: '2026-11-24T21:00:00.000Z',
    number: 1,
    of: 1,
    issuer: {
      name: 'Example Plugins Ltd',
      contact: 'privacy@vendor.example',
      keysUrl: 'https://api.vendor.example/v1/keys',
    },
    controllers,
    files: [...gathered.values()].map(({ records, ...file }) => recordFile(file, right, [records])),
    redactions,
    erasures: [],
    dataMapVersion,
    ...changes,
  };
}

/** A file of records that lie in memory, page by page. */
export const recordFile = (
  file: { controllerId: string; dataset: DatasetName },
  right: ExportRight,
  pages: readonly (readonly ExportRecord[])[],
): RecordFile => ({
  ...file,
  place: 'vault',
  count: pages.flat().length,
  text: async function* (form) {
    for (const page of pages) yield await Promise.resolve(recordText(form, file.dataset, right, page));
  },
});

export const key = await fakeSigningKey('evidence');
export const jwks = { keys: [key.jwk] };
const iat = Date.parse('2026-11-24T21:00:00.000Z') / 1000;

export const sign: SignManifest = async (payload) => ({
  jws: await signJws(key, { typ: 'data-rights-bundle+jws', payload, iat, detached: true }),
  jwk: key.jwk,
});

/** A whole bundle in memory. */
export async function buildBundle(content: BundleContent, signer: SignManifest = sign): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await writeBundle(content, output, signer);
  return Buffer.concat(chunks);
}
