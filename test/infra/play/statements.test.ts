import { describe, expect, it } from 'vitest';
import { customerOf } from '#infra/local/play/customer.ts';
import { personOf, readSiteData } from '#infra/local/play/site-user.ts';
import { consentOf, recordsOf, refusalOf, userOf } from '#infra/local/play/statements.ts';
import { recordConsent, sendRecords } from '#functions/http/site-data/contract.ts';
import { findDataset } from '#shared/data-map/data-map.ts';
import { parseRecordData } from '#shared/data-map/parse-record-data.ts';

const data = readSiteData();
const people = data.users.map((person) => [person.user.login, person] as const);
const countOf = (login: string, dataset: string): number =>
  recordsOf(personOf(data, login)).filter((record) => record.dataset === dataset).length;

describe('what the site sends', () => {
  it('is about eight people', () => {
    expect(people).toHaveLength(8);
  });

  it.each(people)('fits the contract and the data map: %s', (_, person) => {
    const user = userOf(person, true);
    const body = sendRecords.body.safeParse({ user, records: recordsOf(person) });
    const consent = recordConsent.body.safeParse(consentOf(person, true));
    expect([body.error, consent.error]).toEqual([undefined, undefined]);
    for (const { dataset, data: fields } of recordsOf(person)) {
      const known = findDataset(dataset);
      expect(known?.heldBy).toContain('site');
      expect(known && parseRecordData(known, fields)).toMatchObject({ ok: true });
    }
  });

  it.each(people)(
    'has one device record per session, under its position, and one support case: %s',
    (login) => {
      const { sessions } = personOf(data, login);
      const devices = recordsOf(personOf(data, login)).filter(({ dataset }) => dataset === 'device');
      expect(devices.map(({ externalId }) => externalId)).toEqual(sessions.map((_, n) => `session-${n + 1}`));
      expect(devices.map(({ data: fields }) => fields['ip'])).toEqual(sessions.map(({ ip }) => ip));
      expect(countOf(login, 'support-case')).toBe(1);
    },
  );

  it('has a passcode for each login of those who get it by SMS, and of nobody else', () => {
    expect(countOf('mara.lindqvist', 'otp-message')).toBe(3);
    expect(countOf('aylin.demir', 'otp-message')).toBe(0);
    const noPhone = personOf(data, 'mara.lindqvist');
    const without = { ...noPhone, meta: { ...noPhone.meta, billing_phone: '' } };
    expect(recordsOf(without).filter(({ dataset }) => dataset === 'otp-message')).toEqual([]);
  });

  it.each(people)('takes empty strings as missing: %s', (_, person) => {
    const values = recordsOf(person).flatMap(({ data: fields }) => Object.values(fields));
    expect(values).not.toContain('');
    const { phone } = userOf(person, true);
    expect(phone === undefined).toBe(person.meta.billing_phone === '');
  });

  it('keeps the locale as the site has it, and names the language as the web does', () => {
    const mara = personOf(data, 'mara.lindqvist');
    expect(recordsOf(mara)[0]?.data['locale']).toBe('sv_SE');
    expect(consentOf(mara, true).language).toBe('sv-SE');
  });

  it('P17: names someone who refuses by id alone', () => {
    const refusal = refusalOf(personOf(data, 'tanaka'));
    expect(refusal.user).toEqual({ id: '11' });
    expect(recordConsent.body.safeParse(refusal).error).toBeUndefined();
  });

  it('leaves what the site’s own exporters say at the site', () => {
    expect(JSON.stringify(people.map(([, person]) => person))).not.toContain('exporter');
  });
});

describe('what the back office sends', () => {
  it('fits the contract and the data map, under the person’s address and a user id of its own', () => {
    const jonas = personOf(data, 'jonas.weber');
    const { consent, sent } = customerOf(jonas);
    expect(recordConsent.body.safeParse(consent).error).toBeUndefined();
    expect(sendRecords.body.safeParse(sent).error).toBeUndefined();
    expect(sent.user.email).toEqual({ value: jonas.user.email, verified: true });
    expect(sent.user.id).not.toBe(String(jonas.user.id));
    expect(sent.records.map(({ dataset }) => dataset)).toEqual(['licence', 'billing']);
    for (const { dataset, data: fields } of sent.records) {
      const known = findDataset(dataset);
      expect(known?.heldBy).toContain('vendor');
      expect(known && parseRecordData(known, fields)).toMatchObject({ ok: true });
    }
  });
});
