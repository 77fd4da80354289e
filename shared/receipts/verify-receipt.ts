import canonicalize from 'canonicalize';
import type * as z from 'zod';
import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import {
  StatementRefused,
  verifyJws,
  type ClaimedSigner,
  type RefusalReason,
} from '#shared/signing/verify-jws.ts';
import { findChanges } from './field-checksums.ts';
import type { ReceiptContent } from './receipt-content.ts';
import { hashReceipt, receiptPayload, receiptTyp } from './receipt-statement.ts';
import { findUnsound, type Unsoundness } from './soundness.ts';
import { isSalt, isSubject } from './subject-hash.ts';

/** What is wrong, and where: a part of the JWS (`header`, `payload`, `signature`), or a field of the content by path. */
export type ReceiptProblem = {
  readonly field: string;
  readonly problem:
    | `signature-${RefusalReason}`
    | 'encoding'
    | 'not-json'
    | 'not-canonical'
    | 'missing'
    | 'unknown-field'
    | 'malformed'
    | 'checksum-differs'
    | 'taken-out'
    | 'fewer-fields'
    | 'signed-before-its-end'
    | 'salt-malformed'
    | 'another-subject'
    | Unsoundness;
  /** What an entry was about that was taken out, where its checksum tells: a dataset, a kind of copy. */
  readonly about?: string;
};

export type ReceiptVerdict = {
  /** Empty: unchanged, signed by a key of the set, and sound in itself. Nothing else of it may be believed otherwise. */
  readonly problems: readonly ReceiptProblem[];
  readonly content?: ReceiptContent;
  /** SHA-256 of the payload, base64url: the name under which the issuer stores it. */
  readonly contentHash?: string;
  /** RFC 7638 thumbprint of the key that signed. */
  readonly fingerprint?: string;
  /** Seconds since 1970. */
  readonly signedAt?: number;
  /** What the header says where no such key is in the set: the word of whoever made it, to find the right set by. */
  readonly claimed?: ClaimedSigner;
};

/** Who claims to be the subject: the salt that the person was given, and the identifier as typed. */
export type SubjectClaim = { readonly salt: string; readonly identifier: string };

/**
 * Verifies a receipt offline: signed as a receipt by a key of `jwks`, which must come from the issuer, and sound in sums
 * and dates. What fails is named, as exactly as can be told. With a claim: whether it speaks of that person's data.
 */
export async function verifyReceipt(
  jws: string,
  jwks: SigningJwks,
  claim?: SubjectClaim,
): Promise<ReceiptVerdict> {
  const [signature, payload] = [await checkSignature(jws, jwks), readPayload(jws)];
  const { content } = payload;
  const problems = [...findEncodingFaults(jws), ...signature.problems, ...payload.problems];
  if (!content) return { ...signature, problems };
  const { signedAt } = signature;
  const early = signedAt !== undefined && signedAt < Math.floor(Date.parse(content.concludedAt) / 1_000);
  return {
    ...signature,
    ...payload,
    problems: [
      ...problems,
      ...findUnsound(content),
      ...(early ? [{ field: 'header.iat', problem: 'signed-before-its-end' as const }] : []),
      ...(claim ? checkSubject(content, claim) : []),
    ],
  };
}

/** The part of a JWS that a refusal concerns. */
const partOf: Record<RefusalReason, string> = {
  malformed: 'header',
  'wrong-typ': 'header.typ',
  'unknown-key': 'header.kid',
  'key-not-for-typ': 'header.kid',
  'key-not-valid-at-iat': 'header.iat',
  'wrong-signature': 'signature',
};

async function checkSignature(
  jws: string,
  jwks: SigningJwks,
): Promise<Pick<ReceiptVerdict, 'problems' | 'fingerprint' | 'signedAt' | 'claimed'>> {
  try {
    const { fingerprint, iat } = await verifyJws(jws, jwks, { typ: receiptTyp });
    return { problems: [], fingerprint, signedAt: iat };
  } catch (error) {
    if (!(error instanceof StatementRefused)) throw error;
    const { reason, claimed } = error;
    return {
      problems: [{ field: partOf[reason], problem: `signature-${reason}` }],
      ...(claimed && { claimed }),
    };
  }
}

const parts = ['header', 'payload', 'signature'] as const;

/** The last character of base64url has bits that no decoder looks at: one receipt, one spelling. */
export function findEncodingFaults(jws: string): ReceiptProblem[] {
  const segments = jws.split('.');
  return parts.flatMap((field, n) => {
    const segment = segments[n] ?? '';
    const exact = Buffer.from(segment, 'base64url').toString('base64url') === segment;
    return exact ? [] : [{ field, problem: 'encoding' as const }];
  });
}

/** The content, whether or not it was signed: what was changed in it is to be named. */
function readPayload(jws: string): Pick<ReceiptVerdict, 'problems' | 'content' | 'contentHash'> {
  const bytes = Buffer.from(jws.split('.')[1] ?? '', 'base64url');
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null)
    return { problems: [{ field: 'payload', problem: 'not-json' }] };
  const { data, error } = receiptPayload.safeParse(value);
  if (error) return { problems: error.issues.flatMap((issue) => describe(issue, value)) };
  // Also holds off what parsers read differently: a name twice, other spellings of a number.
  const canonical = Buffer.from(canonicalize(value) ?? '', 'utf8').equals(bytes);
  const spelling: ReceiptProblem[] = canonical ? [] : [{ field: 'payload', problem: 'not-canonical' }];
  const { checksums, ...content } = data;
  return {
    problems: [...spelling, ...describeChanges(content, checksums)],
    content,
    contentHash: hashReceipt(bytes),
  };
}

function describeChanges(content: ReceiptContent, checksums: string): ReceiptProblem[] {
  const { changed, takenOut, hasFewer } = findChanges(content, checksums);
  return [
    ...takenOut.map(({ path, ...about }) => ({ field: path, problem: 'taken-out' as const, ...about })),
    ...changed.map((field) => ({ field, problem: 'checksum-differs' as const })),
    ...(hasFewer ? [{ field: 'payload', problem: 'fewer-fields' as const }] : []),
  ];
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function describe(issue: z.core.$ZodIssue, value: unknown): ReceiptProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), problem: 'unknown-field' }));
  // Of the lists that may not be empty the first entry is the one that every receipt has.
  if (issue.code === 'too_small' && issue.origin === 'array')
    return [{ field: [...path, '0'].join('.'), problem: 'missing' }];
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    value,
  );
  return [{ field: path.join('.'), problem: found === undefined ? 'missing' : 'malformed' }];
}

function checkSubject({ subject }: ReceiptContent, { salt, identifier }: SubjectClaim): ReceiptProblem[] {
  if (!isSalt(salt)) return [{ field: 'salt', problem: 'salt-malformed' }];
  return isSubject(subject.hash, salt, identifier)
    ? []
    : [{ field: 'subject.hash', problem: 'another-subject' }];
}
