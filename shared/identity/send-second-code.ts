import { randomInt } from 'node:crypto';
import type { Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { smsTexts } from '#shared/messages/sms-texts.ts';
import { dueOnOf } from '#shared/requests/deadlines/due-date.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readSecond } from '#shared/requests/second-identifier.ts';
import type { AvailableRight } from '#shared/requests/states.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { makeDigits } from './code.ts';
import { keepSecondCode } from './second-code.ts';
import { sendText, type TextSender } from './send-text.ts';

type SecondCodeSender = TextSender & {
  readonly requests: Table;
  readonly vault: VaultKeys;
  readonly codeKey: MacKey;
  readonly vendor: string;
};

/** Sends the code for a second identifier. Dropped where it is none, or the request needs no more proof. */
export async function sendSecondCode(
  sender: SecondCodeSender,
  request: RequestRecord & { readonly right: AvailableRight },
  messageId: string,
  now: Date,
): Promise<'sent' | 'dropped' | 'refused' | 'over-budget'> {
  const { requests, vault, codeKey, vendor } = sender;
  const { requestId, right, state, language } = request;
  const second = state === 'verified' ? await readSecond(requests, vault, requestId, messageId) : undefined;
  if (!second) return 'dropped';
  return sendText(sender, { kind: 'second-code', to: second.value, now }, async () => {
    const code = makeDigits(randomInt);
    await keepSecondCode(requests, codeKey, requestId, second, { code, now });
    return smsTexts[language]['second-code']({ code, right, vendor, requestId, dueOn: dueOnOf(request) });
  });
}
