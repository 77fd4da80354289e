import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOutbox, type MailKind } from '#infra/local/play/outbox.ts';
import { smsTexts } from '#shared/messages/sms-texts.ts';
import { messages, type Language, type MessageFacts } from '#shared/messages/texts.ts';

// A mail has no label for programs: the play must know each by what it says, in both languages.
const facts: MessageFacts = {
  ...{ right: 'erasure', requestId: '01a2102f-8f08-77e6-bc9c-c2e1348dcd97', vendor: 'Example Plugins GmbH' },
  ...{ dueOn: '2026-12-28', code: '0AZ9K-XYZ23', stopCode: '5032b85c19ab1d0724aea0a7c13e07d3' },
  ...{
    until: '2026-11-25T00:51:31.134Z',
    salt: 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc',
    withheld: ['needs-level-2'],
  },
};
const kinds: readonly [MailKind, keyof (typeof messages)['en']][] = [
  ['code', 'code'],
  ['ready', 'ready'],
  ['nothing to give', 'nothing-to-give'],
  ['notice', 'erasure-notice'],
  ['erased', 'erased'],
  ['nothing erased', 'nothing-erased'],
  ['recipient told', 'recipient-told'],
];
const phone = '+4915112345678';
let sent: object[] = [];
let server: Server;
const outbox = () => openOutbox(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

beforeAll(async () => {
  server = createServer((_, response) => response.end(JSON.stringify(sent)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

describe.each(['en', 'de'] satisfies Language[])('messages in %s', (language) => {
  it.each(kinds)('are told apart: “%s” is %s, and no other is', async (kind, name) => {
    const mails = kinds.map(([, one]) => ({
      channel: 'email',
      to: 'a@example.org',
      ...messages[language][one](facts),
    }));
    // The one that is looked for comes last: a kind that takes another for it would return that one.
    const wanted = mails.find(({ subject }) => subject === messages[language][name](facts).subject);
    sent = [...mails.filter((mail) => mail !== wanted), wanted ?? {}];
    expect(await outbox().mailFor('a@example.org', facts.requestId, kind)).toMatchObject({
      subject: wanted?.subject,
    });
  });

  it('hold the code of a text message first of all, and notices have none', async () => {
    const [notice, code] = [
      smsTexts[language]['erasure-notice'](facts),
      smsTexts[language]['second-code']({ ...facts, code: '42873573' }),
    ];
    sent = [notice, code].map((text) => ({ channel: 'sms', to: phone, text }));
    expect(await outbox().digitsFor(phone)).toBe('42873573');
    expect(await outbox().mailFor(phone, facts.requestId, 'notice')).toMatchObject({ text: notice });
  });
});
