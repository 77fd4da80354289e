import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { faultsOfReceipt, isAbout, readReceipt } from './check-receipt.ts';
import { PlayFailure } from './failure.ts';
import { bodyOf } from './http.ts';
import { fetchKeys } from './published-keys.ts';
import type { ReceiptContent } from './receipt.ts';
import type { Stage } from './stage.ts';
import type { ProvenRequest } from './subject-request.ts';

const call = 'GET /v1/subject/requests/{id}/receipt';
export type FetchedReceipt = {
  readonly content: ReceiptContent;
  readonly jws: string;
  readonly salt: string;
  readonly file: string;
};

/** Fetches the receipt of a request into a file, and checks it by the play's own means: signature, sums, whose it is. */
export async function fetchReceipt(
  stage: Stage,
  request: ProvenRequest,
  name: string,
  email: string,
): Promise<FetchedReceipt> {
  const { show, bundleFolder } = stage;
  const answer = await request.askForReceipt();
  const jws = bodyOf(call, answer, 200, z.string());
  const type = answer.headers.get('content-type') ?? 'no type';
  show.exchange(call, '', answer, `${type}, ${jws.length} characters`);
  const file = path.join(bundleFolder, `${name}.jws`);
  mkdirSync(bundleFolder, { recursive: true });
  writeFileSync(file, jws);

  const read = readReceipt(jws, await fetchKeys(stage));
  if ('fault' in read) throw new PlayFailure(`The receipt does not verify: ${read.fault}.`);
  const { content, fingerprint } = read;
  show.holds(
    `it is signed as a receipt, and of this request, by the service’s key ${fingerprint}`,
    content.requestId === request.requestId,
    content.requestId,
  );
  const faults = faultsOfReceipt(content);
  show.holds(
    'its sums add up: found = erased + retained + residual; what is kept has its ground and review date',
    faults.length === 0,
    faults,
  );
  const { subjectSalt: salt = '' } = await request.read();
  show.holds(
    'with the salt that its person alone was given it is about this address, and about no other',
    isAbout(content, salt, email) && !isAbout(content, salt, `x${email}`),
    content.subject,
  );
  // Beside the receipt for whoever tries the verifier: outside a play only its person has it, from the mail.
  writeFileSync(path.join(bundleFolder, `${name}-salt.txt`), `${salt}\n`);
  return { content, jws, salt, file };
}
