/** Thrown for bytes that are no DER-encoded ECDSA signature over P-256. */
export class SignatureMalformed extends Error {
  override readonly name = 'SignatureMalformed';
}

const coordinateBytes = 32;
const sequenceTag = 0x30;
const integerTag = 0x02;

/**
 * KMS answers ECDSA-Sig-Value in DER (RFC 3279, 2.2.3); JWS wants r and s side by side, 32 bytes each (RFC 7518, 3.4).
 * @throws SignatureMalformed
 */
export function derToRaw(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  if (bytes[0] !== sequenceTag || bytes[1] !== bytes.length - 2) throw new SignatureMalformed('no sequence');
  const r = readInteger(bytes, 2);
  const s = readInteger(bytes, r.end);
  if (s.end !== bytes.length) throw new SignatureMalformed('bytes after the signature');
  return Buffer.concat([r.coordinate, s.coordinate]);
}

function readInteger(bytes: Buffer, start: number): { coordinate: Buffer; end: number } {
  const length = bytes[start + 1] ?? 0;
  const end = start + 2 + length;
  if (bytes[start] !== integerTag || length === 0 || end > bytes.length) {
    throw new SignatureMalformed('no integer');
  }
  // A leading zero byte keeps DER integers positive; small numbers come without their own leading zeros.
  const digits = bytes.subarray(start + 2, end);
  const value = digits[0] === 0 ? digits.subarray(1) : digits;
  if (value.length > coordinateBytes) throw new SignatureMalformed('integer too long');
  return { coordinate: Buffer.concat([Buffer.alloc(coordinateBytes - value.length), value]), end };
}
