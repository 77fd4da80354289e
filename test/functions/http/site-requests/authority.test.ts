import { describe, expect, it } from 'vitest';
import { readAuthority } from '#functions/http/site-requests/authority.ts';
import { submitForUser } from '#functions/http/site-requests/contract.ts';
import { groundOfOrder, orderGrounds } from '#shared/data-map/erasure-grounds.ts';
import { Problem } from '#shared/http/problem.ts';
import type { KeyScope } from '#shared/http/caller.ts';
import { rights } from '#shared/requests/states.ts';

const now = new Date('2027-06-15T12:00:00.000Z');
const session = {
  kind: 'site-session',
  authenticatedAt: '2027-06-15T11:55:00.000Z',
  method: 'password-and-totp',
};
const order = { kind: 'controller-order', ground: 'subject-wish' };
const user = { id: 'u-1', registeredAt: '2025-03-01T00:00:00.000Z' };
const collect: KeyScope[] = ['collect'];
const orders: KeyScope[] = ['orders'];

const stated = (change: object) => submitForUser.body.parse({ right: 'erasure', user, ...change });
/** The authority, or the code of the problem. */
function read(change: object, scopes: KeyScope[]): unknown {
  try {
    return readAuthority(stated(change), scopes, now);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('A10: an order', () => {
  it.each(orderGrounds)('on the ground %s erases, under a key for orders alone', (ground) => {
    const authority = { ...order, ground };

    expect(read({ authority }, orders)).toEqual({
      kind: 'order',
      right: 'erasure',
      channel: { method: 'controller-order', order: ground },
      ground: groundOfOrder(ground),
    });
    expect(read({ authority }, collect)).toBe('scope-missing');
    expect(read({ authority }, ['tasks'])).toBe('scope-missing');
  });

  it.each(rights.filter((right) => right !== 'erasure'))('of %s is not available', (right) => {
    expect(read({ right, authority: order }, orders)).toBe('not-available');
  });

  it('states its ground once, and it is one of the list', () => {
    expect(read({ authority: order, details: { ground: '17(1)(b)' } }, orders)).toBe('validation');
    for (const ground of ['users-wish', '17(3)(b)', '', undefined])
      expect(
        submitForUser.body.safeParse({ right: 'erasure', user, authority: { ...order, ground } }),
      ).toMatchObject({ success: false });
  });

  it('P19 G15: of the user’s wish stands on 17(1)(a) in law, a ground of the controller on itself', () => {
    expect(orderGrounds.map(groundOfOrder)).toEqual([
      '17(1)(a)',
      ...['17(1)(a)', '17(1)(b)', '17(1)(c)', '17(1)(d)', '17(1)(e)', '17(1)(f)'],
    ]);
  });
});

describe('A11: a session', () => {
  it('is signed by an everyday key, never by one for orders', () => {
    expect(read({ right: 'access', authority: session }, collect)).toEqual({
      kind: 'session',
      right: 'access',
      channel: { authenticatedAt: session.authenticatedAt, method: session.method },
    });
    expect(read({ right: 'access', authority: session }, orders)).toBe('scope-missing');
  });

  it('erases on the ground that the user names, or because the data is no longer needed', () => {
    expect(read({ authority: session, details: { ground: '17(1)(d)' } }, collect)).toMatchObject({
      kind: 'session',
      ground: '17(1)(d)',
    });
    expect(read({ authority: session }, collect)).toMatchObject({ ground: '17(1)(a)' });
    expect(read({ right: 'access', authority: session, details: { ground: '17(1)(d)' } }, collect)).toBe(
      'validation',
    );
  });

  it('is refused where the login is old, of no known kind, or the right is for later', () => {
    const old = { ...session, authenticatedAt: '2027-06-15T11:49:59.000Z' };
    expect(read({ authority: old }, collect)).toBe('not-proven');
    expect(read({ authority: { ...session, method: 'telepathy' } }, collect)).toBe('validation');
    expect(read({ right: 'objection', authority: session }, collect)).toBe('not-available');
  });
});
