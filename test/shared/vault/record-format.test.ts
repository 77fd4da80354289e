import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal, SealBroken, sealOverhead, subkey, unseal } from '#shared/vault/record-format.ts';
import {
  digestOf,
  openPayload,
  recordIdOf,
  sealPayload,
  type RecordRow,
} from '#shared/vault/record-store.ts';

const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n));
const binding = ['record', 'profile-1', 'account', 'record-1'];
const plaintext = Buffer.from('{"data":{"email":"alice@example.org"}}');

describe('G03: the sealed format', () => {
  it('is what another implementation makes of the same key, nonce and binding', () => {
    // By Python: b'\x01' + nonce + AESGCM(key).encrypt(nonce, plaintext, b'\0'.join([b'1', *binding]))
    const vector =
      '01a0a1a2a3a4a5a6a7a8a9aaab9d3a184c31aa20851947e2be6613acfc4a8e387cfbd4272cf97647eb0fc7102fbd0420ddd2' +
      '5f52d49136eebd055d99b9212f0abc8448';
    const nonce = Buffer.from('a0a1a2a3a4a5a6a7a8a9aaab', 'hex');

    expect(seal(key, binding, plaintext, nonce).toString('hex')).toBe(vector);
    expect(unseal(key, binding, Buffer.from(vector, 'hex'))).toEqual(plaintext);
  });

  it('derives keys of single use as HKDF-SHA-256 does elsewhere, each another', () => {
    // By Python: HKDF(SHA256, 32, salt=b'', info=b'data-rights/cursor').derive(key)
    expect(subkey(key, 'cursor').toString('hex')).toBe(
      '1d4a2c2d1722910d63f39e063e5f31795cbfe36cf4fd8a4d83e1cb261a2a94fa',
    );
    const all = [key, ...['cursor', 'record-id', 'digest'].map((purpose) => subkey(key, purpose))];
    expect(new Set(all.map((one) => one.toString('hex'))).size).toBe(4);
  });

  it('adds 29 bytes and gives back any text under any binding', () => {
    expect(sealOverhead).toBe(29);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.array(fc.string()), (text, where) => {
        const sealed = seal(key, where, Buffer.from(text));

        expect(sealed).toHaveLength(text.length + 29);
        expect(Buffer.compare(unseal(key, where, sealed), text)).toBe(0);
      }),
    );
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 1_000 }, () =>
      seal(key, binding, plaintext).subarray(1, 13).toString('hex'),
    );

    expect(new Set(nonces).size).toBe(1_000);
  });

  it('opens where it lies within a larger buffer', () => {
    const sealed = seal(key, binding, plaintext);
    const around = Buffer.concat([randomBytes(7), sealed, randomBytes(7)]);

    expect(unseal(key, binding, new Uint8Array(around.buffer, around.byteOffset + 7, sealed.length))).toEqual(
      plaintext,
    );
  });
});

describe('G03: refused as broken', () => {
  const sealed = seal(key, binding, plaintext);

  it('with any byte flipped', () => {
    for (let at = 0; at < sealed.length; at += 1) {
      for (const bit of [0x01, 0x80]) {
        const flipped = Buffer.from(sealed);
        flipped[at] = (flipped[at] ?? 0) ^ bit;

        expect(() => unseal(key, binding, flipped), `byte ${at}`).toThrow(SealBroken);
      }
    }
  });

  it('cut off at any length', () => {
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => unseal(key, binding, sealed.subarray(0, length))).toThrow(SealBroken);
  });

  it.each([
    { where: ['record', 'profile-2', 'account', 'record-1'], what: 'another profile' },
    { where: ['record', 'profile-1', 'device', 'record-1'], what: 'another dataset' },
    { where: ['record', 'profile-1', 'account', 'record-2'], what: 'another record' },
    { where: ['contact', 'profile-1', 'account', 'record-1'], what: 'another use' },
    { where: binding.slice(0, 3), what: 'less of a binding' },
    { where: [...binding, ''], what: 'more of a binding' },
    { where: [], what: 'none' },
  ])('moved to $what', ({ where }) => {
    expect(() => unseal(key, where, sealed)).toThrow(SealBroken);
  });

  it('under another key; the error tells nothing of the content', () => {
    expect(() => unseal(randomBytes(32), binding, sealed)).toThrow(new SealBroken('authentication failed'));
  });
});

describe('records under their profile’s key', () => {
  const row = { dataset: 'device', recordId: 'r1' } as RecordRow;

  it('A18: are named by a MAC that says nothing without the key', () => {
    // By Python: HMAC-SHA-256 under HKDF(info=b'data-rights/record-id') of b'device\0session-1', base64url
    expect(recordIdOf(key, 'device', 'session-1')).toBe('lQ50pjF3zn4etLk9oDUMyd823vtkM9YyTO6odE2RSgM');
    const others = [
      recordIdOf(randomBytes(32), 'device', 'session-1'),
      recordIdOf(key, 'account', 'session-1'),
      recordIdOf(key, 'device', 'session-2'),
      digestOf(key, 'device\0session-1'),
    ];
    expect(others).not.toContain(recordIdOf(key, 'device', 'session-1'));
  });

  it('A18: open in their own profile and row alone', () => {
    const payload = { externalId: 'session-1', data: { ip: '192.0.2.1' } };
    const stored = { ...row, ciphertext: sealPayload(key, 'profile-1', row, payload) };

    expect(openPayload(key, 'profile-1', stored)).toEqual(payload);
    expect(() => openPayload(key, 'profile-2', stored)).toThrow(SealBroken);
    expect(() => openPayload(key, 'profile-1', { ...stored, recordId: 'r2' })).toThrow(SealBroken);
  });
});
