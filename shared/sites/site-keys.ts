import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

const raw32 = /^[A-Za-z0-9+/]{43}=$/;

/** An ed25519 public key as sites send it: raw 32 bytes in base64. */
export const publicKeyText = z
  .string()
  .regex(raw32, 'expected 32 bytes in base64')
  .meta({ description: 'ed25519: raw 32 bytes in base64' });

/** The same key for node:crypto, which takes raw keys as JWK only (RFC 8037). */
export const ed25519PublicKey = (publicKey: string): KeyObject =>
  createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') },
  });
