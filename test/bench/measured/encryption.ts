import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { sealIncoming } from '#shared/vault/incoming-record.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import { makeRecords, recordBytes } from './profile.ts';

/** Operations a second, each of one record of 300 bytes. */
export type Encryption = {
  readonly sealed: number;
  readonly opened: number;
  /** A whole record as it comes in: id, digest, JSON, sealed. */
  readonly incoming: number;
  /** The cipher alone: AES-256-GCM over the same bytes, without associated data, into nothing. */
  readonly bare: number;
};

const seconds = 1;

export async function encryption(_: object): Promise<Encryption> {
  const key = randomBytes(32);
  const secret = createSecretKey(key);
  const text = randomBytes(recordBytes);
  const binding = ['record', uuid(), 'support-case', 'r'.repeat(43)];
  const sealed = seal(key, binding, text);
  const [record] = makeRecords(0, 1);
  if (!record) throw new Error('no record');
  const at = { storedAt: new Date().toISOString(), freshId: '' };
  return {
    sealed: await rate(() => seal(key, binding, text)),
    opened: await rate(() => unseal(key, binding, sealed)),
    incoming: await rate(() => sealIncoming(key, 'profile', record, at)),
    bare: await rate(() => {
      const cipher = createCipheriv('aes-256-gcm', secret, randomBytes(12));
      cipher.update(text);
      cipher.final();
      return cipher.getAuthTag();
    }),
  };
}

/** How often a second, once warm. */
async function rate(operation: () => unknown): Promise<number> {
  await repeat(operation, seconds / 4);
  return repeat(operation, seconds);
}

async function repeat(operation: () => unknown, forSeconds: number): Promise<number> {
  const started = performance.now();
  const end = started + forSeconds * 1_000;
  let count = 0;
  while (performance.now() < end) {
    for (let batch = 0; batch < 100; batch += 1) {
      const result = operation();
      if (result instanceof Promise) await result;
    }
    count += 100;
  }
  return (count * 1_000) / (performance.now() - started);
}
