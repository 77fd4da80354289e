import { describe, expect, it } from 'vitest';
import { consentsFor, supersedes, type Consent, type Decision } from '#shared/consent/consent-store.ts';
import { consentPurposesFor } from '#shared/data-map/consent-purposes.ts';
import { dataMap } from '#shared/data-map/data-map.ts';

const at = '2027-06-15T12:00:00.000Z';
const consent = (purpose: string, decision: Decision = 'given'): Consent => ({
  purpose,
  decision,
  consentId: `consent-of-${purpose}`,
  noticeVersion: '2027-01',
  at,
  receivedAt: at,
});
const standing = (...consents: Consent[]) => new Map(consents.map((one) => [one.purpose, one]));

describe('A7: the newest decision stands', () => {
  it.each([
    { next: '2027-06-15T12:00:00.001Z', stands: true, why: 'newer' },
    { next: at, stands: true, why: 'of the same moment: a repeat' },
    { next: '2027-06-15T11:59:59.999Z', stands: false, why: 'older' },
    { next: '2027-06-15T13:00:00+02:00', stands: false, why: 'older, whatever its text sorts like' },
  ])('$why: $stands', ({ next, stands }) => {
    const decision = 'given' as const;
    expect(supersedes({ at: next, decision }, { at, decision })).toBe(stands);
  });

  it('G05: of two at one moment the one that ends something', () => {
    expect(supersedes({ at, decision: 'withdrawn' }, { at, decision: 'given' })).toBe(true);
    expect(supersedes({ at, decision: 'given' }, { at, decision: 'withdrawn' })).toBe(false);
  });

  it('any, where there was none', () => {
    expect(supersedes({ at, decision: 'given' }, undefined)).toBe(true);
  });
});

describe('P17: what rests on consent', () => {
  it.each([
    { kept: [consent('terms-accepted')], purposes: ['terms-accepted'], found: 1 },
    { kept: [], purposes: ['terms-accepted'], found: undefined },
    { kept: [consent('terms-accepted', 'refused')], purposes: ['terms-accepted'], found: undefined },
    { kept: [consent('terms-accepted', 'withdrawn')], purposes: ['terms-accepted'], found: undefined },
    { kept: [consent('terms-accepted')], purposes: ['terms-accepted', 'login'], found: undefined },
    { kept: [consent('login')], purposes: ['terms-accepted', 'login'], found: undefined },
    {
      kept: [consent('terms-accepted'), consent('login', 'withdrawn')],
      purposes: ['terms-accepted', 'login'],
      found: undefined,
    },
    {
      kept: [consent('terms-accepted'), consent('login'), consent('marketing', 'refused')],
      purposes: ['terms-accepted', 'login'],
      found: 2,
    },
  ])('needs all of $purposes: $found', ({ kept, purposes, found }) => {
    const consents = consentsFor(standing(...kept), purposes);

    expect(consents?.length).toBe(found);
    if (consents) expect(consents.map(({ purpose }) => purpose)).toEqual(purposes);
  });

  it('the terms always, and the dataset’s own purposes where consent is the basis', () => {
    expect(consentPurposesFor(dataMap.device, 'contract')).toEqual(['terms-accepted']);
    expect(consentPurposesFor(dataMap.device, 'consent')).toEqual(['terms-accepted', 'risk-based-login']);
  });
});
