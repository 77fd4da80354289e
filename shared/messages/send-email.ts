import { SendEmailCommand, type SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Message } from './texts.ts';

export type MailSender = {
  readonly ses: SESv2Client;
  readonly from: string;
  /** Requires TLS to the receiving server (P18), and keeps no reasons of suppressed addresses. */
  readonly configurationSet: string;
};

export const emailParams = (
  sender: MailSender,
  to: string,
  { subject, text }: Message,
): SendEmailCommandInput => ({
  FromEmailAddress: sender.from,
  ConfigurationSetName: sender.configurationSet,
  Destination: { ToAddresses: [to] },
  Content: {
    Simple: {
      Subject: { Data: subject, Charset: 'UTF-8' },
      Body: { Text: { Data: text, Charset: 'UTF-8' } },
    },
  },
});

/** Names of errors by which the mail service refuses a mail for good: trying again changes nothing. */
const finalRefusals = new Set(['MessageRejected', 'BadRequestException']);

/** Sends one mail. The mail service knows no idempotency: a repeat after a lost answer sends it again. */
export async function sendEmail(
  sender: MailSender,
  to: string,
  message: Message,
): Promise<'sent' | 'refused'> {
  try {
    await sender.ses.send(new SendEmailCommand(emailParams(sender, to, message)));
    return 'sent';
  } catch (error) {
    if (error instanceof Error && finalRefusals.has(error.name)) return 'refused';
    throw error;
  }
}
