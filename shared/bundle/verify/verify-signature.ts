import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import { StatementRefused, verifyJws, type ClaimedSigner } from '#shared/signing/verify-jws.ts';
import { keyFile, signatureFiles } from '../signature-folder.ts';
import type { Archive } from './archive.ts';
import type { BundleProblem } from './bundle-problem.ts';
import { mostManifestBytes, tagManifestFile } from './verify-bag.ts';

export type SignatureCheck = {
  readonly problems: readonly BundleProblem[];
  /** RFC 7638 thumbprint of the key that signed. */
  readonly fingerprint?: string;
  /** Seconds since 1970. */
  readonly signedAt?: number;
  /** What the signature says of itself where no such key is in the set. */
  readonly claimed?: ClaimedSigner;
};

const mostSignatureBytes = 16 * 1024;

/**
 * Whether a key of the given set signed the tag manifest. The key in the bundle is not used; it must be the same one.
 */
export async function verifySignature(archive: Archive, jwks: SigningJwks): Promise<SignatureCheck> {
  const { jws, key } = signatureFiles;
  const missing = [jws, key, tagManifestFile].filter((file) => !archive.sizes.has(file));
  if (missing.includes(jws) || missing.includes(tagManifestFile)) {
    // A missing tag manifest is named where the bag is checked.
    return {
      problems: missing
        .filter((file) => file !== tagManifestFile)
        .map((file) => ({ file, problem: 'missing' })),
    };
  }
  const payload = await archive.read(tagManifestFile, mostManifestBytes);
  const statement = (await archive.read(jws, mostSignatureBytes)).toString('latin1');
  try {
    const { fingerprint, iat } = await verifyJws(statement, jwks, { typ: 'data-rights-bundle+jws', payload });
    return { problems: await checkKeyFile(archive, jwks, fingerprint), fingerprint, signedAt: iat };
  } catch (error) {
    if (!(error instanceof StatementRefused)) throw error;
    const problem = `signature-${error.reason}` as const;
    // A signature that does not fit says not which of the two was changed.
    const files = error.reason === 'wrong-signature' ? [tagManifestFile, jws] : [jws];
    const { claimed } = error;
    return { problems: files.map((file) => ({ file, problem })), ...(claimed && { claimed }) };
  }
}

async function checkKeyFile(archive: Archive, jwks: SigningJwks, kid: string): Promise<BundleProblem[]> {
  const file = signatureFiles.key;
  if (!archive.sizes.has(file)) return [{ file, problem: 'missing' }];
  const key = jwks.keys.find((candidate) => candidate.kid === kid);
  const given = (await archive.read(file, mostSignatureBytes)).toString('utf8');
  return key && given === keyFile(key) ? [] : [{ file, problem: 'not-the-signing-key' }];
}
