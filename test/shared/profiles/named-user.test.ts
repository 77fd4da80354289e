import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { hashIdentifier, hashUserId, indexPartition } from '#shared/profiles/identifier-hash.ts';
import { hashUserIdentifiers, siteUserStatement, userIdStatement } from '#shared/profiles/named-user.ts';
import { fakeMacKey } from '#test/shared/keys/fake-mac-key.ts';

const user = {
  id: 'user-7',
  registeredAt: '2026-11-01T10:00:00+01:00',
  email: { value: ' Alice@Example.org', verified: true },
  phone: { value: '+48601123456', verified: false },
  username: 'u\u0308lle',
};

describe('a user statement', () => {
  it('A28: is normalised as it is read, its time in UTC', () => {
    expect(siteUserStatement.parse(user)).toEqual({
      ...user,
      registeredAt: '2026-11-01T09:00:00.000Z',
      email: { value: 'alice@example.org', verified: true },
      username: '\u00fclle',
    });
  });

  it.each([
    { what: 'an address that is none', change: { email: { value: 'a@b', verified: true } } },
    { what: 'a national phone number', change: { phone: { value: '0601123456', verified: true } } },
    { what: 'an address without its verification', change: { email: { value: 'a@example.org' } } },
    { what: 'an unknown field', change: { firstName: 'Alice' } },
    { what: 'an empty id', change: { id: '' } },
    { what: 'an id of 129', change: { id: 'a'.repeat(129) } },
    { what: 'an id with NUL, which no keyed hash takes', change: { id: 'a\0b' } },
    {
      what: 'an id with half a character, which UTF-8 would make equal to another',
      change: { id: 'a\ud800' },
    },
    { what: 'a user name with NUL', change: { username: 'a\0b' } },
    { what: 'a user name of spaces', change: { username: '   ' } },
  ])('is refused with $what', ({ change }) => {
    expect(siteUserStatement.safeParse({ ...user, ...change }).success).toBe(false);
  });

  it('A14: by id alone holds nothing else', () => {
    expect(userIdStatement.safeParse({ id: 'user-7' }).success).toBe(true);
    expect(userIdStatement.safeParse({ id: 'user-7', email: user.email }).success).toBe(false);
    expect(userIdStatement.safeParse({ id: 'a\0b' }).success).toBe(false);
  });

  it('A28: never says in an error what was typed', () => {
    const parsed = siteUserStatement.safeParse({ ...user, email: { value: 'canary@@x', verified: true } });

    expect(JSON.stringify(parsed.error)).not.toContain('canary');
  });
});

describe('hashUserIdentifiers', () => {
  it('A18: hashes what was normalised; a user name is verified by the login', async () => {
    const key = fakeMacKey();

    const named = await hashUserIdentifiers(key, 'site-1', siteUserStatement.parse(user));

    expect(named.map(({ kind, value, verified }) => [kind, value, verified])).toEqual([
      ['email', 'alice@example.org', true],
      ['phone', '+48601123456', false],
      ['username', '\u00fclle', true],
    ]);
    for (const { kind, value, hash } of named)
      expect(hash).toBe(await hashIdentifier(key, kind, value, 'site-1'));
  });

  it('finds nothing to hash in a user of id alone', async () => {
    const key = fakeMacKey();

    expect(
      await hashUserIdentifiers(key, 'site-1', { id: 'user-7', registeredAt: user.registeredAt }),
    ).toEqual([]);
    expect(key.calls.commandCalls(GenerateMacCommand)).toHaveLength(0);
  });
});

describe('A35: keyed hashes', () => {
  const key = fakeMacKey();

  it.each(['email', 'phone'] as const)('of an %s are the same at every site', async (kind) => {
    expect(await hashIdentifier(key, kind, 'value', 'site-1')).toBe(
      await hashIdentifier(key, kind, 'value', 'site-2'),
    );
  });

  it('of a user name or a user id are another at each site', async () => {
    const hashes = await Promise.all(
      ['site-1', 'site-2'].flatMap((site) => [
        hashIdentifier(key, 'username', 'alice', site),
        hashUserId(key, site, 'alice'),
        hashIdentifier(key, 'email', 'alice', site),
      ]),
    );

    // The e-mail's stands twice.
    expect(new Set(hashes).size).toBe(5);
  });

  it('name a partition of the index each, by kind', () => {
    expect(indexPartition('email', 'h')).toBe('I#v1#email#h');
    expect(indexPartition('phone', 'h')).not.toBe(indexPartition('email', 'h'));
  });
});
