import { createDecipheriv } from 'node:crypto';
import * as z from 'zod';
import type { Row } from './account.ts';

const bytes = z.instanceof(Uint8Array);
const sealedRecord = z.object({
  pk: z.string(),
  sk: z.string(),
  dataset: z.string(),
  recordId: z.string(),
  scope: z.enum(['ordinary', 'retained']),
  ciphertext: bytes,
});
/** A row of table `records`: docs/record-format.md, Rows of `records`. */
export type SealedRecord = z.output<typeof sealedRecord>;
export const sealedRecords = (rows: readonly Row[]): SealedRecord[] => z.array(sealedRecord).parse(rows);

const keyRow = z.object({
  /** Whose key it is: `P#profile` or `R#request`. */
  pk: z.string(),
  /** Its scope. */
  sk: z.string(),
  state: z.enum(['live', 'destroyed']),
  wrapped: bytes.optional(),
  destroyedAt: z.string().optional(),
  /** The request that had it destroyed. */
  by: z.string().optional(),
});
/** A row of table `keys`: a wrapped key, or the tombstone where it was. */
export type KeyRow = z.output<typeof keyRow>;
export const keyRows = (rows: readonly Row[]): KeyRow[] => z.array(keyRow).parse(rows);

const nonceAt = 1;
const bodyAt = 13;
const tagLength = 16;

/** What a record says, by this key: docs/record-format.md, Bytes. Undefined where it is not the one that sealed it. */
export function openRecord(
  key: Buffer,
  { pk, dataset, recordId, ciphertext }: SealedRecord,
): string | undefined {
  const sealed = Buffer.from(ciphertext);
  const tagAt = sealed.length - tagLength;
  const place = ['1', 'record', pk.slice('P#'.length), dataset, recordId].join('\0');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, bodyAt), {
      authTagLength: tagLength,
    })
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(tagAt));
    return Buffer.concat([decipher.update(sealed.subarray(bodyAt, tagAt)), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    return undefined;
  }
}
