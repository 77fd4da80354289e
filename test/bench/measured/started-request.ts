import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { transact } from '#shared/aws/transaction.ts';
import { useProof, writeProof } from '#shared/identity/proof.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { subjectHash, writeSalt } from '#shared/receipts/subject-hash.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { commitChange, readRequest } from '#shared/requests/request-store.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import type { World } from '#test/support/vault-world.ts';
import type { Seeded } from './profile.ts';

const seat = { country: 'DE', timeZone: 'Europe/Berlin' };

/** A request in a site's session, proven and started, with nothing worked on yet. */
export async function startWorkFor(
  world: World,
  { controllerId, profileId }: Seeded,
  right: 'access' | 'erasure',
  at: Date,
): Promise<string> {
  const requestId = uuid();
  const owner = `R#${requestId}` as const;
  await mintKey(world.vault.keys, owner, 'request', await wrapNewKey(world.key('request'), owner, 'request'));
  const session = {
    kind: 'site',
    siteId: uuid(),
    authenticatedAt: at.toISOString(),
    method: 'passkey',
  } as const;
  const channel = { ...session, controllerId, profileId };
  const salt = writeSalt(randomBytes(32));
  const subject = right === 'erasure' ? { subject: { hash: subjectHash(salt, 'user-id', 'u'), salt } } : {};
  const filing = { requestId, right, channel, language: 'en', seat, now: at, ...subject } as const;
  await fileBySite(world, world.vault, filing);
  const filed = await readRequest(world, requestId);
  if (!filed) throw new Error('request was not filed');
  const proven = { level: 2, method: 'site-session/passkey', now: at };
  await transact(world.clients.dynamo, [await writeProof(world.requests, world.key('proof'), filed, proven)]);
  const verified = { event: 'identity-verified', at: at.toISOString(), actor: 'site' } as const;
  await commitChange(world, requestId, verified);
  await startRequest(world, filed, {
    ...{ scope: [controllerId], actor: 'site', now: at, startId: uuid(), choiceKey: world.key('choice') },
    useProof: useProof(world.requests, requestId, at),
    ...(right === 'erasure' ? { ground: '17(1)(b)' as const } : {}),
  });
  return requestId;
}
