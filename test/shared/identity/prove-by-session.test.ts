import { describe, expect, it } from 'vitest';
import { isFreshLogin, isSessionMethod, sessionMethods } from '#shared/identity/prove-by-session.ts';

const now = new Date('2027-06-15T12:00:00.000Z');

describe('A11: a site’s session', () => {
  it.each([
    { at: '2027-06-15T12:00:00.000Z', fresh: true, why: 'now' },
    { at: '2027-06-15T11:50:00.000Z', fresh: true, why: 'ten minutes ago' },
    { at: '2027-06-15T11:49:59.999Z', fresh: false, why: 'older' },
    { at: '2027-06-15T12:00:30.000Z', fresh: true, why: 'a clock that runs ahead by half a minute' },
    { at: '2027-06-15T12:00:30.001Z', fresh: false, why: 'further in the future' },
    { at: '2027-06-15T13:55:00.000+02:00', fresh: true, why: 'with an offset' },
    { at: 'yesterday', fresh: false, why: 'no time at all' },
    { at: '', fresh: false, why: 'nothing' },
  ])('$why: $fresh', ({ at, fresh }) => {
    expect(isFreshLogin(at, now)).toBe(fresh);
  });

  it('is level 2 only where the method is a second factor', () => {
    expect(sessionMethods).toEqual({
      password: 1,
      'password-and-email-code': 1,
      'password-and-sms-code': 2,
      'password-and-totp': 2,
      'password-and-push': 2,
      passkey: 2,
    });
  });

  it.each(['Password', '', 'toString', '__proto__', 'security-question'])('knows no method %j', (method) => {
    expect(isSessionMethod(method)).toBe(false);
  });
});
