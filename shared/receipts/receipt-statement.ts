import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { findDataset } from '#shared/data-map/data-map.ts';
import type { Statement } from '#shared/signing/sign-jws.ts';
import { fieldChecksums } from './field-checksums.ts';
import { receiptContent, type ReceiptContent } from './receipt-content.ts';
import { findUnsound, type Unsoundness } from './soundness.ts';

/** The `typ` of a receipt's JWS, which verifiers require (A19). */
export const receiptTyp = 'data-rights-receipt+jwt';

/** Data of datasets that the map no longer has is counted under this name: stored names are not trusted to be no text. */
const unmapped = 'unmapped';
export const datasetInReceipt = (name: string): string => findDataset(name)?.name ?? unmapped;

/** What is signed: the content, and a checksum of each of its fields. */
export const receiptPayload = z.strictObject({
  ...receiptContent.shape,
  checksums: z.string().regex(/^[A-Za-z0-9_-]+$/),
});

/** Thrown instead of a receipt for an erasure that none may vouch for. `field` is a path in the content. */
export class ReceiptUnsound extends Error {
  override readonly name = 'ReceiptUnsound';
  readonly field: string;
  readonly problem: Unsoundness | 'malformed' | 'not-in-data-map';

  constructor(field: string, problem: ReceiptUnsound['problem']) {
    super(`${field}: ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

/** A statement to be signed (`signJws`), and the name under which it is stored. */
export type ReceiptStatement = Pick<Statement, 'typ' | 'payload'> & { readonly contentHash: string };

/**
 * Makes the statement of a receipt: canonical JSON (RFC 8785), the same bytes for the same content, whose hash is the name
 * under which it is stored. Where the sums do not add up there is no receipt (A6).
 * @throws ReceiptUnsound
 */
export function receiptStatement(content: ReceiptContent): ReceiptStatement {
  requireSound(content);
  const payload = Buffer.from(canonicalize({ ...content, checksums: fieldChecksums(content) }) ?? '', 'utf8');
  return { typ: receiptTyp, payload, contentHash: hashReceipt(payload) };
}

/** SHA-256 of a receipt's payload, base64url: the name under which it is stored, and by which a later one refers to it. */
export const hashReceipt = (payload: Uint8Array): string =>
  createHash('sha256').update(payload).digest('base64url');

function requireSound(content: ReceiptContent): void {
  const { error } = receiptContent.safeParse(content);
  if (error) throw new ReceiptUnsound(error.issues[0]?.path.join('.') ?? '', 'malformed');
  content.controllers.forEach(({ places }, n) => {
    places.forEach(({ datasets }, m) => {
      const strange = datasets.findIndex(({ dataset }) => datasetInReceipt(dataset) !== dataset);
      if (strange >= 0)
        throw new ReceiptUnsound(
          `controllers.${n}.places.${m}.datasets.${strange}.dataset`,
          'not-in-data-map',
        );
    });
  });
  const [first] = findUnsound(content);
  if (first) throw new ReceiptUnsound(first.field, first.problem);
}
