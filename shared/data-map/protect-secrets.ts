import { randomBytes, scrypt as scryptWithCallback, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import type { Dataset } from './data-map.ts';
import type { RecordData } from './parse-record-data.ts';

const scrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scryptWithCallback);

/** 16 MiB and some 50 ms each: a call brings up to 100 records, and the hash is sealed under the profile's key besides. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/**
 * Replaces each secret by a salted hash, `scrypt$N=16384,r=8,p=1$<salt>$<hash>` (base64url), so that none is stored
 * (P03, P08). What the source hashed already stays as it is. The salt is fresh on each call: whoever compares records
 * by digest must take the digest before this.
 */
export async function protectSecrets(dataset: Dataset, data: RecordData): Promise<RecordData> {
  const hashed = Object.entries(data).map(async ([name, value]): Promise<[string, unknown]> => {
    const field = dataset.fields[name];
    const isPlainSecret = field?.secret === true && field.hashedBySource !== true;
    return [name, isPlainSecret && typeof value === 'string' ? await hashSecret(value) : value];
  });
  return Object.fromEntries(await Promise.all(hashed));
}

async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await scrypt(secret.normalize('NFC'), salt, hashBytes, cost);
  const parameters = `N=${cost.N},r=${cost.r},p=${cost.p}`;
  return ['scrypt', parameters, salt.toString('base64url'), hash.toString('base64url')].join('$');
}
