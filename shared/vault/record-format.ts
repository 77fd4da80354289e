import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/**
 * Sealed bytes: `version (1) | nonce (12) | ciphertext | tag (16)`, AES-256-GCM. Described for readers in any language
 * in docs/record-format.md. The associated data binds a text to its place, so that no ciphertext can be moved.
 */
const version = 1;
const nonceLength = 12;
const tagLength = 16;
export const sealOverhead = 1 + nonceLength + tagLength;

/** Thrown when sealed bytes were changed, moved, or made under another key. Says nothing about their content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Where a sealed text belongs. Opaque ids only. */
export type Binding = readonly string[];
const associatedData = (binding: Binding): Buffer =>
  Buffer.from([String(version), ...binding].join('\0'), 'utf8');

/** A 32-byte key, or the object made of one that opens many records. */
export type VaultKey = Buffer | KeyObject;

/**
 * Node 24 takes 10 µs to find out that a Buffer is no key object, more than the cipher itself takes for a record: so every
 * key is given as what it looks for. Its copy of the key is wiped when the object is collected.
 */
export const keyObject = (key: VaultKey): KeyObject => (Buffer.isBuffer(key) ? createSecretKey(key) : key);

/** Seals `plaintext` under a 32-byte key. `nonce` is an argument for test vectors only. */
export function seal(
  key: Buffer,
  binding: Binding,
  plaintext: Buffer,
  nonce = randomBytes(nonceLength),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: tagLength });
  cipher.setAAD(associatedData(binding));
  const body = cipher.update(plaintext);
  return Buffer.concat([Buffer.from([version]), nonce, body, cipher.final(), cipher.getAuthTag()]);
}

/** @throws SealBroken */
export function unseal(key: VaultKey, binding: Binding, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < sealOverhead || bytes[0] !== version) throw new SealBroken('unknown format');
  const nonce = bytes.subarray(1, 1 + nonceLength);
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: tagLength });
  decipher.setAAD(associatedData(binding));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
  try {
    const text = decipher.update(bytes.subarray(1 + nonceLength, bytes.length - tagLength));
    // In this mode all text has come by now: what is left is to see that the tag is right.
    decipher.final();
    return text;
  } catch {
    throw new SealBroken('authentication failed');
  }
}

/** A key of its own for one purpose, from a data key (HKDF-SHA-256, RFC 5869, empty salt). */
export function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', keyObject(key), Buffer.alloc(0), `data-rights/${purpose}`, 32));
}
