import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withheldReasons, type WithheldReason } from '#shared/data-map/withheld.ts';
import { makeCode } from '#shared/identity/code.ts';
import { emailParams, sendEmail } from '#shared/messages/send-email.ts';
import { smsTexts } from '#shared/messages/sms-texts.ts';
import { languages, messages, type MessageFacts, type MessageName } from '#shared/messages/texts.ts';
import { dueBy, dueOnOf } from '#shared/requests/deadlines/due-date.ts';
import { messageKinds } from '#shared/requests/messages-outbox.ts';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';

/** All that a mail may be made of. A field that names a person or holds a caller's text does not compile here (A21). */
const facts: Required<MessageFacts> = {
  right: 'access',
  requestId: '01234567-8901-7234-8567-890123456789',
  vendor: 'Example Plugins Ltd',
  dueOn: '2027-04-05',
  code: 'AB2CD-3EF4G',
  stopCode: '00112233445566778899aabbccddeeff',
  until: '2027-06-15T12:30:00.000Z',
  salt: 'c2FsdC1vZi1vbmUtcmVjZWlwdA',
  withheld: withheldReasons,
};
const others: Required<MessageFacts> = {
  right: 'access',
  requestId: '0199d9a2-ffff-7c3e-9d1f-5e0a4b6c7d8e',
  vendor: 'Another Vendor',
  dueOn: facts.dueOn,
  code: 'ZZZZZ-99999',
  stopCode: 'f'.repeat(32),
  until: facts.until,
  salt: 'YW5vdGhlci1zYWx0LW9mLW9uZQ',
  withheld: withheldReasons,
};
const codePattern = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/g;
const names = Object.keys(messages.en) as MessageName[];
/** With these a request ends. */
const answers = [
  ...(['nothing-to-give', 'lapsed'] as const),
  ...(['erased', 'partly-erased', 'nothing-erased', 'nothing-to-erase'] as const),
] as const;
const all = languages.flatMap((language) => names.map((name) => ({ language, name })));
const textOf = (language: 'en' | 'de', name: MessageName, of: MessageFacts = facts): string => {
  const { subject, text } = messages[language][name](of);
  return `${subject}\n\n${text}`;
};
const without = (text: string, of: Required<MessageFacts>): string =>
  [of.requestId, of.vendor, of.code, of.stopCode, of.salt].reduce(
    (rest, fact) => rest.replaceAll(fact, '…'),
    text,
  );

describe('G07: messages', () => {
  it('are those that the outbox knows, each in each language', () => {
    expect(new Set([...names, ...Object.keys(smsTexts.en)])).toEqual(new Set(messageKinds));
    for (const language of languages) expect(Object.keys(messages[language])).toEqual(names);
    for (const name of names) expect(textOf('en', name)).not.toBe(textOf('de', name));
  });

  it.each(all)(
    'A21: $name in $language says facts and fixed words, and nothing else',
    ({ language, name }) => {
      const text = textOf(language, name);

      expect(without(text, facts)).toBe(without(textOf(language, name, others), others));
      expect(text).not.toMatch(/https?:|www\.|@|undefined|\[object/);
      expect(messages[language][name](facts).subject).toMatch(/^[^\r\n]{1,78}$/);
      expect(text).toContain(facts.requestId);
    },
  );

  it.each(all)(
    'A21: $name in $language holds one code where it is a code mail, and else none',
    ({ language, name }) => {
      for (let n = 0; n < 200; n += 1) {
        const stopCode = randomBytes(16).toString('hex');
        const code = makeCode(randomInt);

        expect(textOf(language, name, { ...facts, code, stopCode }).match(codePattern) ?? []).toEqual(
          name === 'code' ? [code] : [],
        );
      }
    },
  );

  it.each(languages)('A2: the code mail in %s names the right, its limits and the way out', (language) => {
    const access = textOf(language, 'code');
    const portability = textOf(language, 'code', { ...facts, right: 'portability' });

    expect(access).not.toBe(portability);
    expect(access).toContain(facts.stopCode);
    expect(access).toContain(facts.vendor);
    expect(access).toMatch(/10 (minutes|Minuten)/);
    expect(access).toMatch(/14 (days|Tagen)/);
  });

  it.each(languages)('G08: the confirmation in %s names the day that the answer is due', (language) => {
    expect(textOf(language, 'receipt-confirmation')).toContain(
      language === 'en' ? '5 April 2027' : '5. April 2027',
    );
  });

  it.each(languages)('G08: the day in %s is the seat’s own, west of UTC too', (language) => {
    const due = dueBy('2027-03-05T15:00:00Z', { country: 'US', timeZone: 'America/New_York' });

    expect(due.dueAt).toBe('2027-04-06T03:59:59.000Z');
    expect(textOf(language, 'receipt-confirmation', { ...facts, dueOn: dueOnOf(due) })).toContain(
      language === 'en' ? ' 5 April 2027 ' : ' 5. April 2027,',
    );
  });

  it.each(languages)(
    'A24, G09: nothing to give in %s names no site, both reasons, and where to complain',
    (language) => {
      const text = textOf(language, 'nothing-to-give');

      expect(text).toMatch(
        language === 'en' ? /either nothing is stored, or/ : /Entweder ist nichts gespeichert, oder/,
      );
      for (const name of answers)
        expect(textOf(language, name)).toMatch(
          language === 'en'
            ? /data protection authority or go to court/
            : /Datenschutzaufsicht beschweren oder vor Gericht/,
        );
    },
  );
});

describe('messages of an erasure', () => {
  /** What opens, ends or shows something is told where it is needed, and nowhere else. */
  const secrets = {
    code: ['code'],
    stopCode: ['code', 'erasure-notice'],
    salt: ['erased', 'partly-erased', 'nothing-erased'],
  } as const satisfies Partial<Record<keyof MessageFacts, readonly MessageName[]>>;

  it.each(
    languages.flatMap((language) =>
      (['code', 'stopCode', 'salt'] as const).map((fact) => ({ language, fact })),
    ),
  )('A21, A26: in $language, $fact is in the messages that need it alone', ({ language, fact }) => {
    const holding = names.filter((name) => textOf(language, name).includes(facts[fact]));

    expect(holding.toSorted()).toEqual(secrets[fact].toSorted());
  });

  it.each(languages)(
    'A26: the notice in %s says nothing of what, whose or why, and how to stop it',
    (language) => {
      const notice = textOf(language, 'erasure-notice');

      // Nothing that depends on the person, the scope or the outcome.
      for (const change of [
        { right: 'erasure' },
        { dueOn: '2028-01-01' },
        { code: others.code },
        { salt: others.salt },
        { withheld: [] },
      ] as const)
        expect(textOf(language, 'erasure-notice', { ...facts, ...change })).toBe(notice);
      expect(notice).toContain(facts.stopCode);
      expect(notice).toContain(facts.requestId);
      expect(notice).toContain(
        language === 'en' ? '15 June 2027 at 12:30 UTC' : '15. Juni 2027 um 12:30 UTC',
      );
      expect(notice).not.toMatch(/website|site|account|Website|Konto/);
    },
  );

  it.each(languages)('A2: a code in %s for an erasure says that it is for an erasure', (language) => {
    const code = textOf(language, 'code', { ...facts, right: 'erasure' });

    expect(code).not.toBe(textOf(language, 'code'));
    expect(code).toMatch(language === 'en' ? /the erasure of the personal data/ : /die Löschung der Daten/);
  });

  it.each(languages)(
    'G09: what was kept is said in %s with its reason, each in words of its own',
    (language) => {
      const none = textOf(language, 'partly-erased', { ...facts, withheld: [] });
      const paragraphs = (withheld: readonly WithheldReason[]): string[] =>
        textOf(language, 'partly-erased', { ...facts, withheld }).split('\n\n');
      const said = withheldReasons.map((reason) =>
        paragraphs([reason]).filter((paragraph) => !none.includes(paragraph)),
      );

      for (const reason of said) expect(reason).toEqual([expect.stringMatching(/^.{30,}\.$/)]);
      expect(new Set(said.flat()).size).toBe(withheldReasons.length);
      expect(paragraphs(withheldReasons)).toEqual(expect.arrayContaining(said.flat()));
    },
  );

  it.each(languages)(
    'G09: an erasure by which nothing was erased says that in %s, and never that a part was',
    (language) => {
      for (const withheld of withheldReasons) {
        const text = textOf(language, 'nothing-erased', { ...facts, withheld: [withheld] });
        expect(text).toMatch(
          language === 'en'
            ? /Under it nothing of that data was erased/
            : /Auf sie hin wurde nichts davon gelöscht/,
        );
        expect(text).not.toMatch(/not everything|not all|nicht alles/i);
        // The reason follows, and is not the one of a part where it is the only one.
        const [said] = text.split('\n\n').slice(2);
        expect(said).toMatch(/^.{30,}\.$/);
        if (withheld === 'no-longer-opened' || withheld === 'given-back')
          expect(said).not.toMatch(/^(?:Some|Ein Teil)/);
      }
      const both = textOf(language, 'nothing-erased', {
        ...facts,
        withheld: ['given-back', 'no-longer-opened'],
      });
      expect(both.split('\n\n').filter((part) => /^(?:Some|Ein Teil)/.test(part))).toHaveLength(2);
    },
  );

  it.each(languages)('G09: an erasure that was whole gives in %s no reason for what was not', (language) => {
    expect(textOf(language, 'erased', { ...facts, withheld: [] })).toBe(textOf(language, 'erased'));
  });
});

describe('sendEmail', () => {
  const ses = new SESv2Client({ region: 'eu-central-1' });
  const sender = { ses, from: 'rights@vendor.example', configurationSet: 'tls-only' };
  const message = { subject: 'Ihr Code für eine Datenanfrage', text: 'Grüße\n' };

  it('P18: is plain text to one address, through the set that requires TLS', async () => {
    const calls = mockClient(ses);
    calls.on(SendEmailCommand).resolves({});

    await sendEmail(sender, 'alice@example.org', message);

    expect(calls).toHaveReceivedCommandWith(
      SendEmailCommand,
      emailParams(sender, 'alice@example.org', message),
    );
    expect(emailParams(sender, 'alice@example.org', message)).toEqual({
      FromEmailAddress: 'rights@vendor.example',
      ConfigurationSetName: 'tls-only',
      Destination: { ToAddresses: ['alice@example.org'] },
      Content: {
        Simple: {
          Subject: { Data: message.subject, Charset: 'UTF-8' },
          Body: { Text: { Data: message.text, Charset: 'UTF-8' } },
        },
      },
    });
  });
});
