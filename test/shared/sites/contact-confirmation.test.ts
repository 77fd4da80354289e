import { describe, expect, it } from 'vitest';
import {
  confirmedAtOf,
  fingerprintOf,
  heldUntil,
  type ContactConfirmation,
} from '#shared/sites/contact-confirmation.ts';

const publicKey = Buffer.alloc(32, 1).toString('base64');
const confirmedAt = '2027-06-15T12:00:00.000Z';
const after = (minutes: number): Date => new Date(Date.parse(confirmedAt) + minutes * 60_000);
const confirmed: ContactConfirmation = {
  confirmationId: '01938f3e-5b0a-7000-8000-000000000001',
  publicKey,
  language: 'en',
  askedAt: '2027-06-15T11:55:00.000Z',
  confirmedAt,
};

describe('A10: a controller’s contact', () => {
  it('stands behind the key that it confirmed, for 30 minutes', () => {
    expect(confirmedAtOf(confirmed, publicKey, after(29.9))).toBe(confirmedAt);
    expect(confirmedAtOf(confirmed, publicKey, after(30))).toBeUndefined();
    expect(heldUntil(confirmedAt)).toBe('2027-06-15T12:30:00.000Z');
  });

  it.each<[string, ContactConfirmation | undefined]>([
    ['nobody asked', undefined],
    ['it was asked and has not confirmed', { ...confirmed, confirmedAt: undefined }],
    ['it confirmed another key', { ...confirmed, publicKey: Buffer.alloc(32, 2).toString('base64') }],
    ['a key was added on it already', { ...confirmed, usedAt: confirmedAt }],
  ])('does not where %s', (_title, confirmation) => {
    expect(confirmedAtOf(confirmation, publicKey, after(1))).toBeUndefined();
  });

  it('knows a key by the first half of its SHA-256, which is no code', () => {
    // printf '\1%.0s' $(seq 32) | sha256sum
    expect(fingerprintOf(publicKey)).toBe('72cd 6e84 22c4 07fb 6d09 8690 f113 0b7d');
  });
});
