import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { signJws, type SigningKey } from '#shared/signing/sign-jws.ts';

const signatureRow = z.object({ digest: z.string(), jws: z.string() });

/**
 * Signs the tag manifest of a bundle that is being built, and of nothing else: the request must be in progress in this
 * attempt. Made once and kept: the same manifest gets the same signature again, so that a build that is tried again makes
 * the same file.
 * @throws AttemptSuperseded, RequestUnknown
 */
export async function signManifest(
  requests: Table,
  key: SigningKey,
  {
    requestId,
    attempt,
    number,
    tagManifest,
  }: { requestId: string; attempt: number; number: number; tagManifest: string },
  now: Date,
): Promise<string> {
  await requireRequest({ requests }, requestId, attempt);
  const row = requestKey(requestId, `SIGNATURE#${number}`);
  const digest = createHash('sha256').update(tagManifest, 'utf8').digest('base64url');
  const item = await getItem(requests, row);
  const kept = item === undefined ? undefined : signatureRow.parse(item);
  if (kept?.digest === digest) return kept.jws;
  const iat = Math.floor(now.getTime() / 1_000);
  const payload = Buffer.from(tagManifest, 'utf8');
  const jws = await signJws(key, { typ: 'data-rights-bundle+jws', payload, iat, detached: true });
  await requests.client.send(
    new PutCommand({ TableName: requests.name, Item: { ...row, attempt, digest, jws } }),
  );
  return jws;
}
