import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MessageFacts } from '#shared/messages/message.ts';
import { orderMessages } from '#shared/messages/order-texts.ts';
import { languages, messages, writerOf, type MessageName } from '#shared/messages/texts.ts';

const facts: Required<MessageFacts> = {
  right: 'erasure',
  requestId: '01234567-8901-7234-8567-890123456789',
  vendor: 'Example Plugins Ltd',
  dueOn: '2027-04-05',
  code: 'AB2CD-3EF4G',
  stopCode: '00112233445566778899aabbccddeeff',
  until: '2027-03-12T10:00:00.000Z',
  salt: 'c2FsdA',
  withheld: ['under-hold'],
};
const codePattern = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/;
const ordered = Object.keys(orderMessages.en) as (keyof typeof orderMessages.en)[];
const all = languages.flatMap((language) => ordered.map((name) => ({ language, name })));
const textOf = (language: 'en' | 'de', name: MessageName, isOrdered = true): string => {
  const { subject, text } = writerOf(language, name, isOrdered)(facts);
  return `${subject}\n\n${text}`;
};

describe('A10: what is said of an erasure that a controller ordered', () => {
  it.each(all)('$name in $language: fixed words and facts, no code, no address', ({ language, name }) => {
    const text = textOf(language, name);

    expect(text).not.toMatch(/https?:|www\.|@|undefined|\[object/);
    expect(text).not.toMatch(codePattern);
    expect(writerOf(language, name, true)(facts).subject).toMatch(/^[^\r\n]{1,78}$/);
    expect(text).toContain(facts.requestId);
  });

  it.each(all)(
    '$name in $language says neither that the person asked nor that anyone was proven',
    ({ language, name }) => {
      expect(textOf(language, name)).not.toMatch(
        /Someone|proved|you asked|your (erasure )?request|request of yours|you made the request|Jemand|ausgewiesen|Ihre (Lösch)?anfrage|Sie löschen lassen|gestellt haben|auf deren Wunsch/i,
      );
    },
  );

  it.each(languages)('the notice in %s says until when and how it is stopped', (language) => {
    const text = textOf(language, 'erasure-notice');

    expect(text).toContain(facts.stopCode);
    expect(text).toMatch(language === 'en' ? /12 March 2027.* 10:00 UTC/ : /12\. März 2027.* 10:00 UTC/);
    const other = { ...facts, stopCode: randomBytes(16).toString('hex') };
    expect(writerOf(language, 'erasure-notice', true)(other).text).toContain(other.stopCode);
  });

  it.each(languages)('the end in %s hands out the salt, and the reason of what was kept', (language) => {
    expect(textOf(language, 'erased')).toContain(facts.salt);
    expect(textOf(language, 'partly-erased')).toContain(facts.salt);
    expect(textOf(language, 'partly-erased')).toMatch(/legal claims|Rechtsansprüche/);
  });

  it.each(languages)('G09: where nothing was erased, the end in %s says that, and why', (language) => {
    expect(textOf(language, 'nothing-erased')).toMatch(
      /nothing of it was erased|wurde nichts davon gelöscht/,
    );
    expect(textOf(language, 'nothing-erased')).not.toMatch(/not everything|not all|nicht alles/i);
    expect(textOf(language, 'nothing-erased')).toContain(facts.salt);
    expect(textOf(language, 'nothing-erased')).toMatch(/legal claims|Rechtsansprüche/);
  });

  it('is said in other words of no other message, and of no other request', () => {
    for (const language of languages) {
      expect(Object.keys(orderMessages[language])).toEqual(ordered);
      for (const name of Object.keys(messages.en) as MessageName[]) {
        const same = textOf(language, name) === textOf(language, name, false);
        expect([name, same]).toEqual([name, !(name in orderMessages.en)]);
      }
    }
  });
});
