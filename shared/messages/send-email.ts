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

/** By this name the mail service refuses a mail for good, such as for its address. Other refusals may pass by themselves. */
const finalRefusal = 'BadRequestException';

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
    if (error instanceof Error && error.name === finalRefusal) return 'refused';
    throw error;
  }
}
