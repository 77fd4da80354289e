import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import type { ClaimedSigner } from '#shared/signing/verify-jws.ts';
import { openArchive, type Archive } from './archive.ts';
import { ArchiveRefused } from './archive-refused.ts';
import type { ArchiveLimits } from './archive-rules.ts';
import type { BundleProblem } from './bundle-problem.ts';
import { verifyBag } from './verify-bag.ts';
import { verifySignature } from './verify-signature.ts';

export type BundleVerdict = {
  /** Empty: complete, unchanged and signed by a key of the set. */
  readonly problems: readonly BundleProblem[];
  readonly folder?: string;
  readonly files?: number;
  /** RFC 7638 thumbprint of the key that signed. */
  readonly fingerprint?: string;
  /** Seconds since 1970. */
  readonly signedAt?: number;
  /** What the signature says of itself where no such key is in the set. */
  readonly claimed?: ClaimedSigner;
};

/** Far above any bundle that we make (`docs/limits.md`), and within what a computer hashes in some minutes. */
const defaultLimits: ArchiveLimits = { mostEntries: 20_000, mostBytes: 50 * 1024 ** 3 };

/**
 * Verifies a bundle offline: the ZIP plays no tricks, the bag is complete and unchanged, and its list is signed by a key
 * of `jwks`, which must come from the issuer and not from the bundle. Reads the file in place, in bounded memory.
 */
export async function verifyBundle(
  file: string,
  jwks: SigningJwks,
  limits: ArchiveLimits = defaultLimits,
): Promise<BundleVerdict> {
  let archive: Archive | undefined;
  try {
    archive = await openArchive(file, limits);
    const { problems, ...signature } = await verifySignature(archive, jwks);
    const { folder, sizes } = archive;
    return {
      problems: [...problems, ...(await verifyBag(archive))],
      folder,
      files: sizes.size,
      ...signature,
    };
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    return { problems: [{ file: error.file, problem: error.reason }] };
  } finally {
    archive?.close();
  }
}
