import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import { mobileCountry } from './phone-country.ts';

export type SmsSender = {
  readonly sns: SNSClient;
  /** ISO 3166-1 alpha-2. To a number of any other country nothing is sent; empty means no text messages at all. */
  readonly countries: ReadonlySet<string>;
  /** Shown as sender where the country allows it. */
  readonly senderId?: string | undefined;
};

/** Whether text messages may go to this number (A28). Pure. */
export function mayText({ countries }: Pick<SmsSender, 'countries'>, phone: string): boolean {
  const country = mobileCountry(phone);
  return country !== undefined && countries.has(country);
}

const attribute = (value: string) => ({ DataType: 'String', StringValue: value });

export const smsParams = (
  { senderId }: Pick<SmsSender, 'senderId'>,
  to: string,
  text: string,
): PublishCommandInput => ({
  PhoneNumber: to,
  Message: text,
  MessageAttributes: {
    'AWS.SNS.SMS.SMSType': attribute('Transactional'),
    ...(senderId === undefined ? {} : { 'AWS.SNS.SMS.SenderID': attribute(senderId) }),
  },
});

/** By these names SNS refuses a number for good: it is none, or its owner has opted out. Other refusals may pass. */
const finalRefusals = new Set(['InvalidParameterException', 'OptedOutException']);

/**
 * Sends one text message. SNS knows no idempotency here: a repeat after a lost answer sends it again.
 * @returns `refused` where the number may not be written to, or will never take it
 */
export async function sendSms(sender: SmsSender, to: string, text: string): Promise<'sent' | 'refused'> {
  if (!mayText(sender, to)) return 'refused';
  try {
    await sender.sns.send(new PublishCommand(smsParams(sender, to, text)));
    return 'sent';
  } catch (error) {
    if (error instanceof Error && finalRefusals.has(error.name)) return 'refused';
    throw error;
  }
}
