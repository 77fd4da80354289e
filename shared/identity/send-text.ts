import type { Table } from '#shared/aws/table.ts';
import { countWithin } from '#shared/http/count-within.ts';
import { mayText, sendSms, type SmsSender } from '#shared/messages/send-sms.ts';

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
 */
export async function sendText(
  { ephemeral, sms }: TextSender,
  { kind, to, now }: Text,
  write: () => Promise<string>,
): Promise<'sent' | 'dropped'> {
  if (!mayText(sms, to)) return 'dropped';
  const budget = { name: `sms-day-${kind}`, subject: 'stage', limit: sms.perDay, windowSeconds: 86_400 };
  if (!(await countWithin(ephemeral, budget, now))) return 'dropped';
  return (await sendSms(sms, to, await write())) === 'sent' ? 'sent' : 'dropped';
}
