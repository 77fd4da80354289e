import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { invoke } from '#shared/aws/invoke.ts';
import { getItem } from '#shared/aws/table.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { route, type Answer } from '#shared/http/route.ts';
import { hashIdentifier } from '#shared/profiles/identifier-hash.ts';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';
import { disavowRequest } from '#shared/identity/disavow.ts';
import { fileBySubject } from '#shared/requests/file-request.ts';
import { askForMessage } from '#shared/requests/messages-outbox.ts';
import { requestKey, type RequestRecord } from '#shared/requests/request-record.ts';
import { commitChange, readRequest } from '#shared/requests/request-store.ts';
import { hashSecret, isSecret } from '#shared/requests/secret.ts';
import { isAvailable } from '#shared/requests/states.ts';
import { subjectOf } from '../request-subject.ts';
import { openRequestOutput } from '../../invoked/open-request/contract.ts';
import { verifyOutput } from '../../invoked/verify/contract.ts';
import { follow } from '../../follow.ts';
import { askForCode, disavow, submit, verify } from './contract.ts';
import { mayCode, type Wiring } from './wiring.ts';

const accepted: Answer = { status: 202, body: {} };

/** Intake: the same work and the same answer, whoever asks about whom. Nothing is looked up (A21, A24). */
export const submitRoute = (wiring: Wiring) =>
  route(submit, async ({ body, now, log }) => {
    const { right, identifier, language = 'en' } = body;
    if (!isAvailable(right) || identifier.kind !== 'email') throw new Problem('not-available');
    const email = normaliseIdentifier('email', identifier.value);
    if (email === undefined) throw invalid('identifier.value', 'not a plain e-mail address');
    const identifierHash = await hashIdentifier(wiring.indexKey, 'email', email, '');
    const codeId = (await mayCode(wiring, identifierHash, now)) ? `code-${uuid()}` : undefined;
    const { requestId } = await invoke(wiring.openRequest, { requestId: uuid() }, openRequestOutput);
    const browserSecret = randomBytes(32).toString('base64url');
    const { effects, ...filed } = await fileBySubject(wiring, wiring.vault, {
      ...{ requestId, right, email, identifierHash, browserSecret, language, codeId, now },
      ...(right === 'erasure' ? { subject: subjectOf('email', email) } : {}),
      seat: wiring.vendorSeat,
    });
    await follow(wiring.effects, effects, log);
    return { status: 202, body: { ...filed, browserSecret } };
  });

/** A fresh code. Whatever is wrong, the answer is the same, and nothing is sent. */
export const codeRoute = (wiring: Wiring) =>
  route(askForCode, async ({ params: { requestId }, body, now, log }) => {
    const request = await readRequest(wiring, requestId);
    if (request?.channel.kind !== 'subject') return accepted;
    const { browserSecretHash, identifierHash } = request.channel;
    const dead = isDead(request);
    if (dead || !isSecret(body.browserSecret, browserSecretHash)) return accepted;
    if (!(await mayCode(wiring, identifierHash, now))) return accepted;
    const messageId = `code-${uuid()}`;
    const at = now.toISOString();
    await commitChange(wiring, requestId, {
      event: { note: 'code-asked' },
      set: { codeAsked: true },
      at,
      actor: 'subject',
      detail: messageId,
      items: [askForMessage(wiring.requests, requestId, { messageId, kind: 'code', at })],
    });
    await follow(wiring.effects, [{ kind: 'send-message', requestId, messageId }], log);
    return accepted;
  });

/** Anything wrong is one 403: which part was wrong is nobody's business. */
export const verificationRoute = (wiring: Wiring) =>
  route(verify, async ({ params: { requestId }, body }) => {
    const answer = await invoke(wiring.verify, { kind: 'code', requestId, ...body }, verifyOutput);
    if (!answer.proven) throw new Problem('not-proven');
    const { token, expiresAt, level } = answer;
    return { status: 200, body: { token, expiresAt, level } };
  });

/** A request that no code can bring back. */
const isDead = ({ state, disavowedAt }: RequestRecord): boolean =>
  state === 'withdrawn' || state === 'refused' || disavowedAt !== undefined;

/** “Not me”: needs no proof but the stop code of the mail, and tells nothing to who has none. */
export const disavowRoute = (wiring: Wiring) =>
  route(disavow, async ({ body: { requestId, secret }, now, log }) => {
    const row = await getItem(wiring.requests, requestKey(requestId, `STOP#${hashSecret(secret)}`));
    if (!row) return accepted;
    const effects = await disavowRequest(wiring, requestId, now);
    if (effects === 'too-late') throw new Problem('wrong-state');
    await follow(wiring.effects, effects, log);
    return accepted;
  });
