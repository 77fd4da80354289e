import { describe, expect, it } from 'vitest';
import { dataMap, dataMapVersion, findDataset } from '#shared/data-map/data-map.ts';
import { csvColumns, exportedFields } from '#shared/data-map/exported-fields.ts';
import { languages } from '#shared/data-map/language.ts';

// The default map of the design, typed here by hand: ! required, i identifier, s secret, o observed, a authenticator.
const designed: Record<
  string,
  [heldBy: string, fields: string, basis: string, purposes: string, scope: string]
> = {
  account: [
    'site, vendor',
    'email i!, username i, phone i a, firstName, lastName, company, website, locale, registeredAt o',
    'contract',
    'service, login, billing',
    'ordinary delete 1',
  ],
  credential: ['vendor', 'passwordHash s a', 'contract', 'login', 'ordinary delete 2'],
  'security-question': ['site', 'question!, answer s a', 'consent', 'login', 'ordinary delete 2'],
  device: [
    'site',
    'ip o, userAgent o, browser o, deviceType o, language o, location o, fingerprint o, seenAt o!',
    'consent',
    'risk-based-login',
    'ordinary delete 1',
  ],
  'otp-message': ['site', 'channel!, to i, sentAt o!, outcome o', 'contract', 'login', 'ordinary delete 1'],
  licence: ['vendor', 'plan!, key s, seats, validUntil', 'contract', 'service, licence', 'ordinary delete 1'],
  billing: [
    'vendor',
    'invoiceNumber!, amount!, currency!, issuedAt!, name, address',
    'legal-obligation',
    'billing',
    'retained retain 17(3)(b) none',
  ],
  'support-case': [
    'vendor, site',
    'category!, subject, message, openedAt o!, answeredAt o',
    'contract',
    'support, improvement',
    'ordinary delete 1',
  ],
  'marketing-preference': ['vendor', 'channel!, allowed!', 'consent', 'marketing', 'ordinary delete 0'],
  consent: [
    'site, vendor',
    'noticeVersion!, wordingDigest, purposes!, decision!, at!, method!, language!',
    'legal-obligation',
    'evidence',
    'retained retain 17(3)(e) none',
  ],
  disclosure: [
    'vendor',
    // kind, reader, purpose and transferTool are ours: reads (P14) and transfers out of the EEA (P02) are listed too.
    'kind, recipient!, reader, datasets!, purpose, ground!, basis!, transferTool, at!',
    'legal-obligation',
    'evidence',
    'retained retain 17(3)(e) none',
  ],
};

describe('the data map', () => {
  it('P01: holds the default datasets and no other', () => {
    expect(Object.keys(dataMap).toSorted()).toEqual(Object.keys(designed).toSorted());
  });

  it.each(Object.entries(designed))(
    'P01 P10 P12 P13 G01: %s is as designed',
    (name, [heldBy, fields, basis, purposes, scope]) => {
      const dataset = findDataset(name);
      if (!dataset) throw new Error(name);
      const flags = Object.entries(dataset.fields).map(([field, facts]) => {
        const marks = [
          facts.identifier ? ' i' : '',
          facts.secret ? ' s' : '',
          facts.observed ? ' o' : '',
          facts.authenticator ? ' a' : '',
        ].join('');
        return `${field}${marks}${facts.required ? '!' : ''}`;
      });
      const { erasure } = dataset;
      const exception = erasure.effect === 'retain' ? [erasure.exception] : [];
      expect(flags.join(', ')).toBe(fields);
      expect(dataset.heldBy.join(', ')).toBe(heldBy);
      expect(dataset.basis).toBe(basis);
      expect(dataset.purposes.join(', ')).toBe(purposes);
      expect([dataset.scope, erasure.effect, ...exception, dataset.levelToErase].join(' ')).toBe(scope);
    },
  );

  it('P03 P08 A1: what lets someone sign in is marked, and secrets are never identifiers', () => {
    const all = Object.values(dataMap).flatMap((dataset) =>
      Object.entries(dataset.fields).map(([name, field]) => ({ name: `${dataset.name}.${name}`, field })),
    );
    const named = (mark: (typeof all)[number]['field'] extends infer F ? keyof F : never) =>
      all.filter(({ field }) => field[mark] === true).map(({ name }) => name);
    expect(named('authenticator')).toEqual([
      'account.phone',
      'credential.passwordHash',
      'security-question.answer',
    ]);
    expect(named('secret')).toEqual(['credential.passwordHash', 'security-question.answer', 'licence.key']);
    expect(named('hashedBySource')).toEqual(['credential.passwordHash']);
    expect(named('mayContainOthers')).toEqual(['support-case.message']);
    expect(all.filter(({ field }) => field.secret && field.identifier)).toEqual([]);
  });

  it('P25 G19: what the controller made is not provided by the person', () => {
    const made = Object.values(dataMap)
      .filter(({ name }) => name !== 'consent' && name !== 'disclosure')
      .flatMap((dataset) =>
        Object.entries(dataset.fields)
          .filter(([, field]) => field.provided === false)
          .map(([name]) => `${dataset.name}.${name}`),
      );
    expect(made).toEqual([
      'licence.key',
      'licence.validUntil',
      'billing.invoiceNumber',
      'billing.amount',
      'billing.currency',
      'billing.issuedAt',
      'support-case.answeredAt',
    ]);
  });

  it('P07 P13: no data of the production service serves marketing', () => {
    const marketing = Object.values(dataMap).filter(({ marketingUse }) => marketingUse !== 'never');
    expect(marketing.map(({ name }) => name)).toEqual(['support-case', 'marketing-preference']);
  });

  it('G07: every title is there in every language', () => {
    for (const dataset of Object.values(dataMap)) {
      for (const { title } of [dataset, ...Object.values(dataset.fields)]) {
        for (const language of languages) expect(title[language]).not.toBe('');
      }
    }
  });

  it('has no two columns of one name in a CSV', () => {
    for (const dataset of Object.values(dataMap)) {
      const names = exportedFields(dataset, 'access').map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      // Consents and disclosures are given as JSON only, so that a field named as an envelope column does no harm.
      if (dataset.name === 'consent' || dataset.name === 'disclosure') continue;
      const columns = csvColumns(dataset, 'access');
      expect(new Set(columns).size).toBe(columns.length);
    }
  });

  it('A29: a name from outside finds a dataset or nothing', () => {
    expect(findDataset('account')?.name).toBe('account');
    for (const name of ['constructor', '__proto__', 'toString', '', 'Account']) {
      expect(findDataset(name)).toBeUndefined();
    }
  });

  it('has a version that is a digest', () => {
    expect(dataMapVersion).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
