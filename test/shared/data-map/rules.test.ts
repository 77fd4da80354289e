import { describe, expect, it } from 'vitest';
import { article15Facts } from '#shared/data-map/article-15-facts.ts';
import { consentPurposesFor } from '#shared/data-map/consent-purposes.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { exportJsonSchema } from '#shared/data-map/export-schema.ts';
import { csvColumns } from '#shared/data-map/exported-fields.ts';
import { isPortable } from '#shared/data-map/portability.ts';
import { describeRetention } from '#shared/data-map/retention.ts';

describe('consentPurposesFor', () => {
  it('P17: asks for the terms always, and for each purpose where consent is the basis', () => {
    expect(consentPurposesFor(dataMap.account, 'contract')).toEqual(['terms-accepted']);
    expect(consentPurposesFor(dataMap.device, 'consent')).toEqual(['terms-accepted', 'risk-based-login']);
    expect(consentPurposesFor(dataMap['support-case'], 'consent')).toEqual([
      'terms-accepted',
      'support',
      'improvement',
    ]);
  });
});

describe('the legal bases of a dataset', () => {
  const allowed = Object.values(dataMap).map(({ name, bases }): [string, readonly string[]] => [name, bases]);

  it('P05 P07: are consent alone where people must have accepted it', () => {
    const onConsent = allowed.filter(([, bases]) => bases.includes('consent') && bases.length === 1);
    expect(onConsent.map(([name]) => name)).toEqual(['security-question', 'device', 'marketing-preference']);
  });

  it('hold the one that is taken where none is named, and none that is not for companies', () => {
    for (const { bases, basis } of Object.values(dataMap)) expect(bases).toContain(basis);
    const named = new Set(allowed.flatMap(([, bases]) => bases));
    expect([...named].sort()).toEqual(['consent', 'contract', 'legal-obligation', 'legitimate-interest']);
  });
});

describe('isPortable', () => {
  it('P25 G19 G25: on consent or contract, by the record, and with something provided', () => {
    expect(isPortable(dataMap.account, 'contract')).toBe(true);
    expect(isPortable(dataMap.account, 'consent')).toBe(true);
    expect(isPortable(dataMap.account, 'legitimate-interest')).toBe(false);
    expect(isPortable(dataMap.billing, 'legal-obligation')).toBe(false);
    expect(isPortable(dataMap.disclosure, 'contract')).toBe(false);
  });
});

describe('what bundles show of a dataset', () => {
  it('P08: a CSV has a column that a secret is set, and none for the secret', () => {
    expect(csvColumns(dataMap['security-question'], 'access')).toEqual([
      'recordId',
      'externalId',
      'collectedAt',
      'storedAt',
      'basis',
      'question',
      'answerSet',
    ]);
  });

  it('P25: portability has the provided fields alone', () => {
    expect(csvColumns(dataMap.licence, 'portability').slice(5)).toEqual(['plan', 'seats']);
  });

  it('G19: the schema is JSON Schema 2020-12, closed, with the same fields and titles', () => {
    const schema = exportJsonSchema(dataMap.licence, 'access', 'de') as {
      properties: { data: { properties: Record<string, { title?: string }>; required: string[] } };
    };
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Lizenzen',
      additionalProperties: false,
      required: ['recordId', 'dataset', 'collectedAt', 'storedAt', 'basis', 'data'],
      properties: {
        dataset: { const: 'licence' },
        data: { additionalProperties: false, required: ['plan'] },
      },
    });
    expect(
      Object.entries(schema.properties.data.properties).map(([name, { title }]) => [name, title]),
    ).toEqual([
      ['plan', 'Tarif'],
      ['keySet', 'Lizenzschlüssel'],
      ['seats', 'Anzahl Nutzer'],
      ['validUntil', 'Gültig bis'],
    ]);
  });
});

describe('Article 15 facts', () => {
  it('G12 P10: name purposes, categories, recipients, retention and source', () => {
    const facts = article15Facts(dataMap.device, 'en');
    expect(facts).toMatchObject({
      title: 'Devices and sign-ins',
      purposes: [{ term: 'risk-based-login' }],
      basis: { term: 'consent', article: '6(1)(a)' },
      source: 'your device, when you signed in',
      retention: 'may be used for 180 days; to be erased after that',
    });
    expect(facts.recipients.map(({ name }) => name)).toEqual(['Amazon Web Services EMEA SARL']);
    expect(facts.categories.map(({ term }) => term)).toContain('pd:IPAddress');
  });

  it.each([
    [
      'account',
      'en',
      'may be used as long as the account exists; to be locked for 30 days after that (to undo a closure by mistake), and then to be erased',
    ],
    ['credential', 'de', 'darf genutzt werden, solange das Konto besteht; danach zu löschen'],
    [
      'billing',
      'en',
      'may be used for 1 year; to be locked after that, until 10 years after it was recorded (invoices are kept by tax and commercial law), and then to be erased',
    ],
    [
      'consent',
      'de',
      'darf genutzt werden, solange die Einwilligung gilt; danach für 3 Jahre zu sperren (zur Geltendmachung, Ausübung oder Verteidigung von Rechtsansprüchen) und dann zu löschen',
    ],
  ] as const)('P15 G01: retention of %s in %s', (name, language, text) => {
    expect(describeRetention(dataMap[name].retention, language)).toBe(text);
  });

  it('G12: no term is told as a deed, since no program ends most of them', () => {
    for (const { retention } of Object.values(dataMap)) {
      expect(describeRetention(retention, 'en')).toMatch(/^may be used .*to be erased/);
      expect(describeRetention(retention, 'en')).not.toMatch(/(?<!be )(?:erased|locked)|automatically/);
      expect(describeRetention(retention, 'de')).toMatch(/^darf .*genutzt werden.* zu löschen$/);
      expect(describeRetention(retention, 'de')).not.toMatch(/gelöscht|gesperrt|automatisch/);
    }
  });
});
