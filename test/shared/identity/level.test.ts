import { describe, expect, it } from 'vitest';
import { levelIn } from '#shared/identity/level.ts';

const holdings = new Set(['profile-1']);
const second = { kind: 'phone', hash: 'hash-phone' } as const;

describe('A1: the level of a proof in a profile', () => {
  it('is 2 where both identifiers stand, and 1 in every other profile', () => {
    expect(levelIn({ level: 2, second }, holdings, 'profile-1')).toBe(2);
    expect(levelIn({ level: 2, second }, holdings, 'profile-2')).toBe(1);
    expect(levelIn({ level: 2, second }, new Set(), 'profile-1')).toBe(1);
  });

  it('is that of the session where a second factor was shown there', () => {
    expect(levelIn({ level: 2 }, new Set(), 'profile-1')).toBe(2);
  });

  it('is 1 for a code of a mail, whatever else stands in the profile', () => {
    expect(levelIn({ level: 1 }, holdings, 'profile-1')).toBe(1);
    expect(levelIn({ level: 1, second }, holdings, 'profile-1')).toBe(1);
  });
});
