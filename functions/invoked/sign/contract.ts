import * as z from 'zod';

const line = /^[0-9a-f]{128} {2}(?:bag-info\.txt|bagit\.txt|manifest-sha512\.txt|signature\/README\.txt)$/;

/** A tag manifest of a bag of ours, and nothing else: four files, each with its SHA-512. */
const manifestInput = z.strictObject({
  kind: z.literal('manifest'),
  requestId: z.uuid(),
  attempt: z.number().int().positive(),
  number: z.number().int().positive(),
  tagManifest: z.string().refine((text) => {
    const lines = text.split('\n');
    const names = new Set(lines.map((one) => one.slice(130)));
    return (
      lines.length === 5 &&
      lines[4] === '' &&
      names.size === 5 &&
      lines.slice(0, 4).every((one) => line.test(one))
    );
  }, 'not the tag manifest of a bundle'),
});
/** A receipt is named by its request alone: what it says is built here. */
const receiptInput = z.strictObject({
  kind: z.literal('receipt'),
  requestId: z.uuid(),
  attempt: z.number().int().positive(),
});
export const signInput = z.discriminatedUnion('kind', [manifestInput, receiptInput]);
export const signOutput = z.strictObject({
  jws: z.string(),
  jwk: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    kid: z.string(),
    use: z.literal('sig'),
    alg: z.literal('ES256'),
  }),
});
