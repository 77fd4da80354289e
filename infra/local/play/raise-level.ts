import { bodyOf } from './http.ts';
import type { Stage } from './stage.ts';
import type { ProvenRequest, SubjectRequest } from './subject-request.ts';
import * as z from 'zod';

const base = 'POST /v1/subject/requests/{id}';

/** Proves the phone on record by a text message, besides the mailbox: the proof rises to level 2. */
export async function raiseLevel(
  { show, outbox }: Stage,
  request: SubjectRequest,
  proven: ProvenRequest,
  phone: string,
): Promise<ProvenRequest> {
  const named = await proven.namePhone(phone);
  bodyOf(`${base}/identifiers`, named, 202, z.unknown());
  show.exchange(`${base}/identifiers`, `phone ${phone}`, named, 'sent, if it is on record');
  const digits = await show.wait('Waiting for the text message', () => outbox.digitsFor(phone));
  show.quiet(`✆ text message to ${phone}: code ${digits}`);
  const answer = await request.verify(digits);
  const raised = request.proven(answer);
  show.exchange(`${base}/verification`, `code ${digits}, the browserSecret`, answer, `level ${raised.level}`);
  return raised;
}
