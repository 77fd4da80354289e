import { randomBytes } from 'node:crypto';
import { subjectHash, writeSalt, type SubjectKind } from '#shared/receipts/subject-hash.ts';
import type { Subject } from '#shared/requests/subject.ts';

/** Whom the receipt of an erasure will be about, under a fresh salt: fixed when it is filed, since what names the person goes. */
export function subjectOf(kind: SubjectKind, identifier: string): Subject {
  const salt = writeSalt(randomBytes(32));
  return { salt, hash: subjectHash(salt, kind, identifier) };
}
