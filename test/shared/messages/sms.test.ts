import { readFileSync } from 'node:fs';
import { OptedOutException, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { mobileCountry } from '#shared/messages/phone-country.ts';
import { mayText, sendSms, smsParams } from '#shared/messages/send-sms.ts';
import { smsTexts } from '#shared/messages/sms-texts.ts';
import { languages } from '#shared/messages/message.ts';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';

const exampleSite = new URL('../../../infra/local/play/wordpress-site.json', import.meta.url);

/** GSM 03.38, without what counts twice: 160 of these are one SMS. */
const gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;
const rights = ['access', 'portability', 'erasure'] as const;
const facts = {
  right: 'erasure',
  requestId: '01234567-8901-7234-8567-890123456789',
  vendor: 'V'.repeat(40),
  dueOn: '2027-04-05',
  code: '87654321',
  stopCode: '00112233445566778899aabbccddeeff',
  until: '2027-09-30T22:15:00.000Z',
} as const;

describe('G07: text messages', () => {
  it.each(languages.flatMap((language) => rights.map((right) => ({ language, right }))))(
    'A21: the code for $right in $language is one SMS of facts and fixed words',
    ({ language, right }) => {
      const text = smsTexts[language]['second-code']({ ...facts, right });

      expect(text).toMatch(gsm);
      expect(text.length).toBeLessThanOrEqual(160);
      expect(text).toContain(facts.vendor);
      expect(text.match(/\d{8}/g)).toEqual([facts.code]);
      expect(text).toMatch(/10 (minutes|Minuten)/);
      expect(text).not.toMatch(/https?:|www\.|@|undefined/);
    },
  );

  it.each(languages)(
    'A25 A26: the notice of an erasure in %s is two SMS, and says how to stop it',
    (language) => {
      const text = smsTexts[language]['erasure-notice'](facts);

      expect(text).toMatch(gsm);
      expect(text.length).toBeLessThanOrEqual(306);
      for (const fact of [facts.vendor, facts.stopCode, facts.requestId, '30', '2027', '22:15 UTC'])
        expect(text).toContain(fact);
      expect(text).not.toContain(facts.code);
      expect(text).not.toMatch(/https?:|www\.|@|undefined/);
    },
  );

  it.each(languages)('A2: the code in %s names what it is for', (language) => {
    const texts = rights.map((right) => smsTexts[language]['second-code']({ ...facts, right }));

    expect(new Set(texts).size).toBe(3);
  });
});

describe('A28: whose number it is', () => {
  it.each([
    ['+4915112345678', 'DE'],
    ['+436641234567', 'AT'],
    ['+12025550123', 'US'],
    ['+447400123456', 'GB'],
    // Calling codes that cheap and dear countries share.
    ['+18765551234', 'JM'],
    ['+447911123456', 'GG'],
    ['+77011234567', 'KZ'],
    // No mobile number: a landline, a premium line, one for following people, a satellite, one that is too short.
    ['+4930123456', undefined],
    ['+499001234567', undefined],
    ['+447012345678', undefined],
    ['+881612345678', undefined],
    ['+979123456789', undefined],
    ['+49151', undefined],
    // Set apart for films; no operator carries it.
    ['+447700900123', undefined],
    ['015112345678', undefined],
  ])('%s: %s', (phone, country) => {
    expect(mobileCountry(phone)).toBe(country);
  });

  it('takes the numbers that plugins store: those of the example site, as they are', () => {
    const phones = [
      ...new Set(
        [...readFileSync(exampleSite, 'utf8').matchAll(/"billing_phone": "(\+\d+)"/g)].map(
          ([, one = '']) => one,
        ),
      ),
    ];

    expect(phones.map((phone) => normaliseIdentifier('phone', phone))).toEqual(phones);
    const countries = Object.fromEntries(phones.map((phone) => [phone.slice(0, 4), mobileCountry(phone)]));
    expect(countries).toEqual({
      '+491': 'DE',
      '+467': 'SE',
      '+353': 'IE',
      '+486': 'PL',
      '+346': 'ES',
      '+447': undefined,
    });
  });

  it('A28: only numbers of the listed countries are written to, and none where the list is empty', () => {
    const sender = { countries: new Set(['DE', 'GB']) };

    expect(mayText(sender, '+4915112345678')).toBe(true);
    expect(mayText(sender, '+436641234567')).toBe(false);
    expect(mayText(sender, '+447911123456')).toBe(false);
    expect(mayText(sender, '+881612345678')).toBe(false);
    expect(mayText({ countries: new Set() }, '+4915112345678')).toBe(false);
  });
});

describe('sendSms', () => {
  const sns = new SNSClient({ region: 'eu-central-1' });
  const calls = mockClient(sns);
  const sender = { sns, countries: new Set(['DE']), senderId: 'Vendor' };
  const phone = '+4915112345678';

  beforeEach(() => {
    calls.reset();
    calls.on(PublishCommand).resolves({ MessageId: '1' });
  });

  it('publishes to the number itself, never to a topic, as a message that must arrive', async () => {
    expect(await sendSms(sender, phone, 'text')).toBe('sent');

    expect(calls).toHaveReceivedCommandWith(PublishCommand, smsParams(sender, phone, 'text'));
    expect(smsParams(sender, phone, 'text')).toEqual({
      PhoneNumber: phone,
      Message: 'text',
      MessageAttributes: {
        'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
        'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: 'Vendor' },
      },
    });
    expect(Object.keys(smsParams({}, phone, 'text').MessageAttributes ?? {})).toEqual([
      'AWS.SNS.SMS.SMSType',
    ]);
  });

  it('A28: asks nothing of SNS for a number of another country', async () => {
    expect(await sendSms(sender, '+12025550123', 'text')).toBe('refused');
    expect(calls).toReceiveCommandTimes(PublishCommand, 0);
  });

  it('is refused for good where SNS says so, and fails where it may pass', async () => {
    calls.on(PublishCommand).rejects(new OptedOutException({ message: 'no', $metadata: {} }));
    expect(await sendSms(sender, phone, 'text')).toBe('refused');

    calls.on(PublishCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottledException' }));
    await expect(sendSms(sender, phone, 'text')).rejects.toMatchObject({ name: 'ThrottledException' });
  });
});
