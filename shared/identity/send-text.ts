import type { Table } from '#shared/aws/table.ts';
import { mayText, sendSms, type SmsSender } from '#shared/messages/send-sms.ts';
import { sendWithin } from './mail-budget.ts';

export type TextSender = {
  readonly ephemeral: Table;
  readonly sms: SmsSender & {
    /** Text messages of one kind in a fixed day (UTC), of the whole stage: what fraud can cost at most (A28). */
    readonly perDay: number;
  };
};
type Text = { readonly kind: 'second-code' | 'erasure-notice'; readonly to: string; readonly now: Date };

/**
 * Sends a text message where the number's country is listed and the day's budget of its kind is not used up; each kind has
 * its own, so that codes, which people ask for, cannot use up the warnings. `write` makes the words, and the secrets in
 * them, only where they are sent.
 * @returns `refused` where nobody will ever deliver to this number
 */
export async function sendText(
  { ephemeral, sms }: TextSender,
  { kind, to, now }: Text,
  write: () => Promise<string>,
): Promise<'sent' | 'refused' | 'over-budget'> {
  if (!mayText(sms, to)) return 'refused';
  const budget = { name: `sms-day-${kind}`, subject: 'stage', limit: sms.perDay };
  return sendWithin(ephemeral, budget, now, async () => sendSms(sms, to, await write()));
}
