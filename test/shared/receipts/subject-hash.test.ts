import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSalt, isSubject, subjectHash, writeSalt } from '#shared/receipts/subject-hash.ts';

const salt = writeSalt(Buffer.alloc(32, 7));
const other = writeSalt(Buffer.alloc(32, 8));

describe('the subject of a receipt', () => {
  it('is a SHA-256 over salt, kind and identifier, with NUL between them', () => {
    const text = `${salt}\0email\0zofia.n@example.net`;

    expect(subjectHash(salt, 'email', 'zofia.n@example.net')).toBe(
      createHash('sha256').update(text).digest('base64url'),
    );
  });

  it.each([
    ['email', 'zofia.n@example.net', ' Zofia.N@EXAMPLE.net '],
    ['email', 'zofia@xn--bcher-kva.example', 'zofia@Bücher.example'],
    ['phone', '+48601123456', ' +48601123456'],
    ['username', 'Zofia_N', 'Zofia_N'],
    ['user-id', 'wp 17', 'wp 17'],
  ] as const)('is known by its %s as a person types it', (kind, identifier, typed) => {
    const hash = subjectHash(salt, kind, identifier);

    expect(isSubject(hash, salt, typed)).toBe(true);
    expect(isSubject(hash, other, typed)).toBe(false);
    expect(isSubject(hash, salt, `${typed}x`)).toBe(false);
  });

  it('A28: is not known by a look-alike or a sub-address', () => {
    const hash = subjectHash(salt, 'email', 'zofia@example.net');

    for (const typed of ['zofia+x@example.net', 'zofiа@example.net', 'zofia@example.net.', ''])
      expect(isSubject(hash, salt, typed)).toBe(false);
  });

  it('has a salt of 32 bytes, and no other', () => {
    expect(salt).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(isSalt(salt)).toBe(true);
    expect(['', salt.slice(1), `${salt}A`, `${salt.slice(1)}=`].map(isSalt)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(() => writeSalt(Buffer.alloc(31))).toThrow(RangeError);
  });
});
