import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { countWithin } from '#shared/http/count-within.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Language } from '#shared/messages/texts.ts';
import { confirmationRules, fingerprintOf } from './contact-confirmation.ts';
import { putConfirmation } from './confirmation-store.ts';

/** What the mail queue holds of it: ids alone (A18). */
export const wantedContactCode = z.strictObject({ siteId: z.uuid(), confirmationId: z.uuid() });

/**
 * Asks the controller's contact to stand behind a key that may give orders. A code goes to the address that was stated
 * when the controller was first enrolled, which no call of a site can change; whoever sends the mail makes the code. Should
 * the queue not take it, the call fails and the site asks again: no reconciler looks after it.
 *
 * @throws Problem `too-many-calls`: the limit is the controller's, however many sites it has (A21)
 */
export async function askContact(
  { sites, ephemeral, mail }: { sites: Table; ephemeral: Table; mail: { sqs: SQSClient; url: string } },
  { siteId, controllerId }: Pick<SiteCaller, 'siteId' | 'controllerId'>,
  { publicKey, language }: { publicKey: string; language: Language },
  { confirmationId, now }: { confirmationId: string; now: Date },
): Promise<{ fingerprint: string }> {
  for (const limit of [confirmationRules.perHour, confirmationRules.perDay]) {
    const within = await countWithin(ephemeral, { ...limit, subject: controllerId }, now);
    if (!within) throw new Problem('too-many-calls', { retryAfter: limit.windowSeconds });
  }
  const askedAt = now.toISOString();
  await putConfirmation(sites, siteId, { confirmationId, publicKey, language, askedAt });
  const wanted: z.input<typeof wantedContactCode> = { siteId, confirmationId };
  await mail.sqs.send(new SendMessageCommand({ QueueUrl: mail.url, MessageBody: JSON.stringify(wanted) }));
  return { fingerprint: fingerprintOf(publicKey) };
}
