import type { RefusalReason } from '#shared/signing/verify-jws.ts';
import type { ArchiveRefusal } from './archive-refused.ts';

/** What is wrong with one file of a bundle, or with the ZIP itself (`file` empty). */
export type BundleProblem = {
  /** Path within the bag. */
  readonly file: string;
  readonly problem:
    | 'missing'
    | 'extra'
    | 'changed'
    | 'malformed'
    | 'sizes-differ'
    | 'not-the-signing-key'
    | `signature-${RefusalReason}`
    | ArchiveRefusal;
};
