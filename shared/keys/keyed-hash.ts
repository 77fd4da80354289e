import {
  GenerateMacCommand,
  VerifyMacCommand,
  KMSInvalidMacException,
  type KMSClient,
} from '@aws-sdk/client-kms';

/** An HMAC_256 key in KMS. */
export type MacKey = { readonly kms: KMSClient; readonly keyId: string };

const algorithm = 'HMAC_SHA_256' as const;
/**
 * Fields are joined with NUL, which no field may hold, so that ("a","bc") and ("ab","c") differ.
 * The first field is the domain: MACs made for one use say nothing in another.
 */
function message(fields: readonly string[]): Buffer {
  if (fields.some((field) => field.includes('\0'))) throw new RangeError('a MAC field holds NUL');
  return Buffer.from(fields.join('\0'), 'utf8');
}

/** HMAC-SHA-256 over the fields as 43 characters of base64url. At most 4,096 bytes of message. */
export async function keyedHash({ kms, keyId }: MacKey, ...fields: readonly string[]): Promise<string> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: algorithm, Message: message(fields) }),
  );
  if (!Mac) throw new Error('KMS answered without a MAC');
  return Buffer.from(Mac).toString('base64url');
}

/** What `keyedHash` gives: KMS refuses anything of another length as an invalid call. */
const shape = /^[\w-]{43}$/u;

/** Whether `mac` (base64url) was made by this key over these fields; compared inside KMS. */
export async function verifyKeyedHash(
  { kms, keyId }: MacKey,
  mac: string,
  ...fields: string[]
): Promise<boolean> {
  if (!shape.test(mac)) return false;
  const input = {
    KeyId: keyId,
    MacAlgorithm: algorithm,
    Message: message(fields),
    Mac: Buffer.from(mac, 'base64url'),
  };
  try {
    return (await kms.send(new VerifyMacCommand(input))).MacValid ?? false;
  } catch (error) {
    if (error instanceof KMSInvalidMacException) return false;
    throw error;
  }
}
