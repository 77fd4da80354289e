import { randomBytes, randomInt } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { keyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { sendEmail, type MailSender } from '#shared/messages/send-email.ts';
import { smsTexts } from '#shared/messages/sms-texts.ts';
import { writerOf, type MessageFacts } from '#shared/messages/texts.ts';
import type { Log } from '#shared/observability/log.ts';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';
import { readContact } from '#shared/requests/contact.ts';
import { dueOnOf } from '#shared/requests/deadlines/due-date.ts';
import {
  endMessage,
  postponeMessage,
  readMessage,
  type MessageRow,
} from '#shared/requests/messages-outbox.ts';
import { isOrder, requestKey, type RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import { hashSecret } from '#shared/requests/secret.ts';
import { messageIdOf, readNotice, type NoticeAddress, type ReadNotice } from '#shared/requests/notices.ts';
import { forgetSecond } from '#shared/requests/second-identifier.ts';
import { isAvailable, type AvailableRight } from '#shared/requests/states.ts';
import { readSalt } from '#shared/requests/subject.ts';
import { toldMac } from '#shared/requests/told-notices.ts';
import { readController, readSite } from '#shared/sites/site-store.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { codeRules, makeCode } from './code.ts';
import { codeRow, keepCode, macOfCode } from './code-store.ts';
import { mailBudgets, nextDay, sendWithin, type BudgetedKind, type DayBudget } from './mail-budget.ts';
import { sendSecondCode } from './send-second-code.ts';
import { sendText, type TextSender } from './send-text.ts';

export type MessageSender = TextSender & {
  readonly requests: RequestStores['requests'];
  readonly sites: Table;
  readonly vault: VaultKeys;
  readonly codeKey: MacKey;
  /** Makes the word that a notice went out. */
  readonly noticeKey: MacKey;
  readonly mail: MailSender;
  readonly vendor: string;
};

/**
 * Sends one message of a request. Its words are made here and nowhere else, so that no queue ever holds a code or an
 * address. Sent at least once: a crash after the mail went out sends it again. Nobody to write to, or a code that nobody
 * waits for any more, or an address that the mail service will not write to: dropped, and that is said. Where a day's budget
 * is used up, the message may wait in the outbox until the reconciler asks for it again.
 */
export async function sendMessage(
  sender: MessageSender,
  requestId: string,
  messageId: string,
  now: Date,
  log: Pick<Log, 'warn'>,
): Promise<'sent' | 'dropped' | 'postponed' | 'ended-before'> {
  const { requests } = sender;
  const message = await readMessage(requests, requestId, messageId);
  if (message?.state !== 'pending') return 'ended-before';
  const request = await readRequest(sender, requestId);
  const waits = request && !isStale(message, now) && !isPastNotice(request, message);
  const to = waits ? await addressOf(sender, requestId, message) : undefined;
  const end = waits ? await deliver(sender, request, message, { to, now, log }) : 'dropped';
  if (typeof end === 'object') {
    await postponeMessage(requests, requestId, messageId, end.waitUntil);
    return 'postponed';
  }
  if (message.kind === 'second-code') await forgetSecond(requests, requestId, messageId);
  const at = now.toISOString();
  const state = end === 'sent' ? end : 'dropped';
  await endMessage(requests, requestId, messageId, {
    state,
    at,
    toldMac: await wordOf(sender, requestId, message, { end, digest: to?.digest, at }),
  });
  return state;
}

/** Of a notice that was handed over for delivery, or that nobody delivers to its address. */
async function wordOf(
  { noticeKey }: MessageSender,
  requestId: string,
  { kind, messageId, noticeId }: MessageRow,
  { end, digest, at }: { end: Delivered; digest: string | undefined; at: string },
): Promise<string | undefined> {
  if (kind !== 'erasure-notice' || noticeId === undefined || messageId !== messageIdOf(noticeId))
    return undefined;
  return end === 'dropped' || digest === undefined
    ? undefined
    : toldMac(noticeKey, requestId, { noticeId, digest }, at);
}

/** A notice of an erasure that was stopped meanwhile would only frighten. */
const isPastNotice = ({ state }: RequestRecord, { kind }: MessageRow): boolean =>
  kind === 'erasure-notice' && state === 'withdrawn';

const isStale = ({ kind, createdAt }: MessageRow, now: Date): boolean =>
  (kind === 'code' || kind === 'second-code') &&
  now.getTime() - Date.parse(createdAt) > codeRules.validMinutes * 60_000;

/** `refused`: nobody will deliver to this address. `dropped`: nobody was written to. */
type Delivered = 'sent' | 'refused' | 'dropped';
type Waits = { readonly waitUntil: string };

async function deliver(
  sender: MessageSender,
  request: RequestRecord,
  message: MessageRow,
  { to, now, log }: { to: Addressed | undefined; now: Date; log: Pick<Log, 'warn'> },
): Promise<Delivered | Waits> {
  const { right, requestId } = request;
  const { kind, messageId } = message;
  if (!isAvailable(right)) return 'dropped';
  if (kind === 'second-code') {
    const end = await sendSecondCode(sender, { ...request, right }, messageId, now);
    if (end === 'over-budget') log.warn('text-over-budget', { requestId, kind });
    return end === 'sent' ? end : 'dropped';
  }
  if (!to || (to.kind === 'phone' && kind !== 'erasure-notice')) return 'dropped';
  const send = async (): Promise<Delivered | Waits> => {
    const end = await handOver(sender, { ...request, right }, { ...message, kind }, to, now);
    if (end !== 'over-budget') return end;
    log.warn('text-over-budget', { requestId, kind });
    return { waitUntil: nextDay(now) };
  };
  const { beyond } = mailBudgets[kind];
  const end = await sendWithin(sender.ephemeral, await budgetOf(sender, kind, to), now, send);
  if (end !== 'over-budget') return end;
  log.warn('message-over-budget', { requestId, kind, then: beyond });
  if (beyond === 'wait') return { waitUntil: nextDay(now) };
  return beyond === 'drop' ? 'dropped' : send();
}

type Addressed = NoticeAddress & Partial<Pick<ReadNotice, 'until' | 'digest'>>;

/** Makes the words and hands them to the service that delivers them. */
async function handOver(
  sender: MessageSender,
  request: RequestRecord & { readonly right: AvailableRight },
  message: MessageRow & { readonly kind: BudgetedKind },
  to: Addressed,
  now: Date,
): Promise<'sent' | 'refused' | 'over-budget'> {
  const { right, language } = request;
  const { kind } = message;
  const write = async (): Promise<MessageFacts> => ({
    ...factsOf(sender, request, right),
    ...(await secretsOf(sender, request, message, now)),
    ...(to.until === undefined ? {} : { until: to.until }),
  });
  if (to.kind === 'phone') {
    const text = async (): Promise<string> => smsTexts[language]['erasure-notice'](await write());
    return sendText(sender, { kind: 'erasure-notice', to: to.value, now }, text);
  }
  return sendEmail(sender.mail, to.value, writerOf(language, kind, isOrder(request))(await write()));
}

/** Of an address, under a keyed hash of it: the key is that of codes, the domain is the count's own. */
async function budgetOf(
  { codeKey }: MessageSender,
  messageKind: BudgetedKind,
  { kind, value }: NoticeAddress,
): Promise<DayBudget> {
  const { name, perDay: limit } = mailBudgets[messageKind];
  const subject = await keyedHash(codeKey, 'mail-budget', kind, normaliseIdentifier(kind, value) ?? value);
  return { name, subject, limit };
}

/** Where a message goes: to an address of an erasure's notice, to the controller of a site, or to the request's contact. */
async function addressOf(
  { requests, vault, sites }: MessageSender,
  requestId: string,
  { kind, noticeId, siteId }: MessageRow,
): Promise<Addressed | undefined> {
  if (kind === 'second-code') return undefined; // It goes to the number that was named.
  if (noticeId !== undefined) return readNotice(requests, vault, requestId, noticeId);
  if (siteId !== undefined) {
    const site = await readSite(sites, siteId);
    const controller = site && (await readController(sites, site.controllerId));
    return controller && { kind: 'email', value: controller.contactEmail };
  }
  const contact = await readContact(requests, vault, requestId);
  return contact && { kind: 'email', value: contact.email };
}

function factsOf({ vendor }: MessageSender, request: RequestRecord, right: AvailableRight): MessageFacts {
  const { requestId, withheld } = request;
  return {
    ...{ right, requestId, vendor, dueOn: dueOnOf(request) },
    ...(withheld ? { withheld } : {}),
  };
}

/** What only this message may hold: a code and a stop code, made here, or the salt of the receipt. */
async function secretsOf(
  sender: MessageSender,
  request: RequestRecord,
  { kind }: MessageRow,
  now: Date,
): Promise<Pick<MessageFacts, 'code' | 'stopCode' | 'salt'>> {
  const { requestId } = request;
  if (kind === 'code')
    return {
      code: await freshCode(sender, requestId, now),
      stopCode: await freshStopCode(sender, requestId, now),
    };
  if (kind === 'erasure-notice') return { stopCode: await freshStopCode(sender, requestId, now) };
  if (kind !== 'erased' && kind !== 'partly-erased' && kind !== 'nothing-erased') return {};
  const salt = await readSalt(sender.requests, sender.vault, requestId);
  return salt === undefined ? {} : { salt };
}

/** Kept as a MAC before the mail goes out. */
async function freshCode(
  { requests, codeKey }: MessageSender,
  requestId: string,
  now: Date,
): Promise<string> {
  const code = makeCode(randomInt);
  await keepCode(requests, codeRow(requestId), await macOfCode(codeKey, requestId, code), now);
  return code;
}

/** Kept as a hash before the mail goes out. */
async function freshStopCode({ requests }: MessageSender, requestId: string, now: Date): Promise<string> {
  const stopCode = randomBytes(16).toString('hex');
  const stop = { ...requestKey(requestId, `STOP#${hashSecret(stopCode)}`), madeAt: now.toISOString() };
  await requests.client.send(new PutCommand({ TableName: requests.name, Item: stop }));
  return stopCode;
}
