import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { keptByMap } from '#shared/data-map/kept-by-map.ts';
import type { DatasetResult, PlaceResult, ReceiptContent } from '#shared/receipts/receipt-content.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { remainingCopies, type RecoverySettings } from '#shared/receipts/remaining-copies.ts';
import { subjectHash } from '#shared/receipts/subject-hash.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';

export const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const shop = '0199d9a2-0000-7000-8000-000000000001';
const vendor = '0199d9a2-0000-7000-8000-000000000002';

export const keysDestroyedAt = '2026-11-25T20:00:05.120Z';
export const concludedAt = '2026-11-25T20:15:07.480Z';
export const salt = Buffer.alloc(32, 7).toString('base64url');

export const settings: RecoverySettings = {
  longestFunctionSeconds: 900,
  keyRecoveryDays: 1,
  tableRecoveryDays: 35,
  queueRetentionDays: 14,
  logRetentionDays: 30,
};

const gone = (dataset: string, erased: number): DatasetResult => ({
  ...{ dataset, found: erased, erased, retained: 0, residual: 0 },
});
/** Of a profile that stays in use. */
export const left = (dataset: string, residual: number): DatasetResult => ({
  ...{ dataset, found: residual, erased: 0, retained: 0, residual },
});
export const kept = (dataset: 'billing' | 'consent', retained: number): DatasetResult => ({
  ...{ dataset, found: retained, erased: 0, retained, residual: 0 },
  ...keptByMap(dataset, keysDestroyedAt),
});

export const erasedPlace: Extract<PlaceResult, { outcome: 'erased' }> = {
  place: 'vault',
  assurance: 'vendor-scanned',
  outcome: 'erased',
  keysDestroyedAt,
  datasets: [gone('account', 1), gone('device', 41), kept('consent', 2), kept('billing', 3)],
};
export const withheldPlace: Extract<PlaceResult, { outcome: 'withheld' }> = {
  place: 'vault',
  assurance: 'vendor-scanned',
  outcome: 'withheld',
  reason: 'needs-level-2',
  datasets: [left('credential', 1), left('billing', 3)],
};

/** A shop where data was erased, and the vendor, where it was withheld at level 1. */
export const exampleContent = (changes: Partial<ReceiptContent> = {}): ReceiptContent => ({
  version: 1,
  issuer: { name: 'Example Plugins GmbH', keys: 'https://rights.example.com/v1/keys' },
  receiptId: '0199d9a2-9000-7000-8000-000000000009',
  requestId,
  right: 'erasure',
  ground: '17(1)(b)',
  receivedAt: '2026-11-24T18:00:00.000Z',
  concludedAt,
  controllers: [
    { controllerId: shop, name: 'O\u2019Brien & S\u00f6hne <Versand>', places: [erasedPlace] },
    { controllerId: vendor, name: 'Example Plugins Ltd', places: [withheldPlace] },
  ],
  remainingCopies: remainingCopies(settings, {
    keysDestroyedAt,
    concludedAt,
    kept: ['17(3)(e)', '17(3)(b)'],
  }),
  subject: { hash: subjectHash(salt, 'email', 'zofia.n@example.net'), hashAlgorithm: 'sha-256' },
  dataMapVersion,
  softwareVersion: '0.1.0+9e36473',
  ledger: { seq: 17, hash: 'ab'.repeat(32) },
  refersTo: 'b'.repeat(43),
  ...changes,
});

/** The example with its first place, and that place's first row of data, changed. */
export function exampleWith(
  place: Partial<Record<string, unknown>>,
  row: Partial<Record<keyof DatasetResult, unknown>> = {},
): ReceiptContent {
  const content = exampleContent();
  const [first, ...others] = erasedPlace.datasets;
  const whole = { ...erasedPlace, datasets: [{ ...first, ...row }, ...others], ...place };
  const changed = Object.fromEntries(
    Object.entries(whole).filter(([name]) => place['outcome'] !== 'withheld' || name !== 'keysDestroyedAt'),
  ) as PlaceResult;
  return {
    ...content,
    controllers: content.controllers.map((controller, n) =>
      n === 0 ? { ...controller, places: [changed] } : controller,
    ),
  };
}

export const key = await fakeSigningKey('evidence');
export const jwks = { keys: [key.jwk] };
export const iat = Math.floor(Date.parse(concludedAt) / 1_000);

export async function signReceipt(content: ReceiptContent, at = iat, signer = key): Promise<string> {
  const { typ, payload } = receiptStatement(content);
  return signJws(signer, { typ, payload, iat: at });
}
