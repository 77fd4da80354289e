import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { requestKey, type RequestRecord } from '#shared/requests/request-record.ts';
import { secondIdentifier, type SecondIdentifier } from '#shared/requests/second-identifier.ts';

/** How long a proof may wait to be used. */
const validMinutes = 30;

const proofRow = z.object({
  level: z.number(),
  method: z.string(),
  /** Proven beside the first: level 2 holds where both stand soundly, and nowhere else. */
  second: secondIdentifier.optional(),
  provenAt: z.string(),
  expiresAt: z.string(),
  mac: z.string(),
});
/**
 * The result of an identity check, bound to one request. Its MAC is made by the function `verify` alone; whoever acts on
 * a proof verifies it, so that a row written by another hand opens nothing (A17).
 */
export type Proof = z.output<typeof proofRow>;

/** Thrown when a request has no proof, or one whose MAC does not hold. */
export class ProofMissing extends Error {
  override readonly name = 'ProofMissing';
}

/** What was proven: control of an identifier, or a session at a site, or by its order. */
const subjectOf = ({ channel }: RequestRecord): string[] =>
  channel.kind === 'subject'
    ? [channel.identifierHash]
    : [`${channel.siteId}/${channel.profileId ?? '-'}`, channel.order ?? ''];

const fieldsOf = (request: RequestRecord, proof: Omit<Proof, 'mac'>): string[] => [
  'proof',
  request.requestId,
  request.right,
  ...subjectOf(request),
  // What was linked after it opens nothing (A4).
  request.receivedAt,
  String(proof.level),
  proof.method,
  proof.provenAt,
  proof.expiresAt,
  ...(proof.second ? ['second', proof.second.kind, proof.second.hash] : []),
];

const endOf = (now: Date): string => new Date(now.getTime() + validMinutes * 60_000).toISOString();

/** The write of a fresh proof. Replaces one that was not used yet; a used one stands. */
export async function writeProof(
  requests: Table,
  key: MacKey,
  request: RequestRecord,
  proven: { level: number; method: string; now: Date; second?: SecondIdentifier; expiresAt?: string },
): Promise<TransactionItem> {
  const { now, expiresAt = endOf(now), ...what } = proven;
  const proof = { ...what, provenAt: now.toISOString(), expiresAt };
  const mac = await keyedHash(key, ...fieldsOf(request, proof));
  return {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(request.requestId, 'PROOF'), ...proof, mac },
      ConditionExpression: 'attribute_not_exists(usedAt)',
    },
  };
}

/** Uses the proof, in the transaction that starts the work: once, and in time (P16). */
export function useProof(requests: Table, requestId: string, now: Date): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: requestKey(requestId, 'PROOF'),
      UpdateExpression: 'SET usedAt = :now',
      ConditionExpression: 'attribute_not_exists(usedAt) AND expiresAt > :now',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
}

/** The proof of a request, its MAC verified. @throws ProofMissing */
export async function requireProof(requests: Table, key: MacKey, request: RequestRecord): Promise<Proof> {
  const item = await getItem(requests, requestKey(request.requestId, 'PROOF'));
  const proof = item === undefined ? undefined : proofRow.parse(item);
  const holds = proof && (await verifyKeyedHash(key, proof.mac, ...fieldsOf(request, proof)));
  if (!holds) throw new ProofMissing(`request ${request.requestId} has no proof that holds`);
  return proof;
}

/**
 * The proof of a request as its maker sees it, who may make MACs and not verify them: undefined unless it was made here,
 * is unused and in time.
 */
export async function readOwnProof(
  requests: Table,
  key: MacKey,
  request: RequestRecord,
  now: Date,
): Promise<Proof | undefined> {
  const item = await getItem(requests, requestKey(request.requestId, 'PROOF'));
  if (!item || item['usedAt'] !== undefined) return undefined;
  const proof = proofRow.parse(item);
  const [made, kept] = [
    Buffer.from(await keyedHash(key, ...fieldsOf(request, proof))),
    Buffer.from(proof.mac),
  ];
  const holds = made.length === kept.length && timingSafeEqual(made, kept);
  return holds && proof.expiresAt > now.toISOString() ? proof : undefined;
}
