import { randomBytes, randomInt } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { sendEmail, type MailSender } from '#shared/messages/send-email.ts';
import { messages, type MessageFacts } from '#shared/messages/texts.ts';
import { readContact } from '#shared/requests/contact.ts';
import { dueOnOf } from '#shared/requests/deadlines/due-date.ts';
import { endMessage, readMessage } from '#shared/requests/messages-outbox.ts';
import { requestKey, type RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import { hashSecret } from '#shared/requests/secret.ts';
import { isAvailable } from '#shared/requests/states.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { codeRules, makeCode } from './code.ts';
import { codeRow, keepCode, macOfCode } from './code-store.ts';

export type MessageSender = {
  readonly requests: RequestStores['requests'];
  readonly vault: VaultKeys;
  readonly codeKey: MacKey;
  readonly mail: MailSender;
  readonly vendor: string;
};

/**
 * Sends one message of a request. Its words are made here and nowhere else, so that no queue ever holds a code or an
 * address. Sent at least once: a crash after the mail went out sends it again. Nobody to write to, or a code that nobody
 * waits for any more, or an address that the mail service will not write to: dropped, and that is said.
 */
export async function sendMessage(
  sender: MessageSender,
  requestId: string,
  messageId: string,
  now: Date,
): Promise<'sent' | 'dropped' | 'ended-before'> {
  const { requests } = sender;
  const message = await readMessage(requests, requestId, messageId);
  if (message?.state !== 'pending') return 'ended-before';
  const at = now.toISOString();
  const request = await readRequest(sender, requestId);
  const stale =
    message.kind === 'code' &&
    now.getTime() - Date.parse(message.createdAt) > codeRules.validMinutes * 60_000;
  const contact = request && !stale ? await readContact(requests, sender.vault, requestId) : undefined;
  if (!request || !contact || !isAvailable(request.right)) {
    await endMessage(requests, requestId, messageId, { state: 'dropped', at });
    return 'dropped';
  }
  const facts = { right: request.right, requestId, vendor: sender.vendor, dueOn: dueOnOf(request) };
  const secrets = message.kind === 'code' ? await makeSecrets(sender, request, now) : {};
  const sent = await sendEmail(
    sender.mail,
    contact.email,
    messages[request.language][message.kind]({ ...facts, ...secrets }),
  );
  const state = sent === 'sent' ? 'sent' : 'dropped';
  await endMessage(requests, requestId, messageId, { state, at });
  return state;
}

/** A fresh code and a fresh stop code, kept as MAC and hash before the mail goes out. */
async function makeSecrets(
  { requests, codeKey }: MessageSender,
  { requestId }: RequestRecord,
  now: Date,
): Promise<Pick<MessageFacts, 'code' | 'stopCode'>> {
  const code = makeCode(randomInt);
  const stopCode = randomBytes(16).toString('hex');
  await keepCode(requests, codeRow(requestId), await macOfCode(codeKey, requestId, code), now);
  const stop = { ...requestKey(requestId, `STOP#${hashSecret(stopCode)}`), madeAt: now.toISOString() };
  await requests.client.send(new PutCommand({ TableName: requests.name, Item: stop }));
  return { code, stopCode };
}
