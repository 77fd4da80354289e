/** The evidence key of a world as `sign` has it: what signs, and what is published of it. */
import type { ReceiptKey } from '#shared/receipts/sign-receipt.ts';
import { publicKey } from '#shared/signing/public-keys.ts';
import type { World } from './vault-world.ts';

/** Before the clock of every test. */
const validFrom = '2026-01-01T00:00:00.000Z';

export async function evidenceKey(world: Pick<World, 'key' | 'clients'>): Promise<ReceiptKey> {
  const key = world.key('evidence');
  const published = await publicKey(world.clients.kms, { keyId: key.keyId, use: 'evidence', validFrom });
  return { ...key, kid: published.kid, jwks: { keys: [published] } };
}
