import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';

/** The KMS key `site-auth` and a client that may ask it for MACs. */
export type SiteAuthKey = { readonly kms: KMSClient; readonly siteAuthKeyId: string };

/** Thrown when KMS answers without a MAC of 32 bytes. */
export class SiteSecretMissing extends Error {
  override readonly name = 'SiteSecretMissing';
}

/**
 * The shared secret of a site's key: 32 bytes, a MAC of the key's id. It is derived whenever it is needed and stored
 * nowhere; whoever asks zeroes it after use.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
export async function deriveSiteSecret(
  { kms, siteAuthKeyId }: SiteAuthKey,
  keyId: string,
): Promise<Uint8Array> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({
      KeyId: siteAuthKeyId,
      MacAlgorithm: 'HMAC_SHA_256',
      // A prefix of its own, so that no other use of this key can be made to produce a site's secret.
      Message: Buffer.from(`site-secret/1/${keyId}`),
    }),
  );
  if (Mac?.length !== 32) throw new SiteSecretMissing(`no secret for key ${keyId}`);
  return Mac;
}

/** The same secret as its site is given it, in base64. */
export async function issueSiteSecret(siteAuth: SiteAuthKey, keyId: string): Promise<string> {
  const secret = await deriveSiteSecret(siteAuth, keyId);
  const text = Buffer.from(secret).toString('base64');
  secret.fill(0);
  return text;
}
