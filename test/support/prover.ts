import { getItem, type Item } from '#shared/aws/table.ts';
import { codeRow, keepCode, macOfCode } from '#shared/identity/code-store.ts';
import { useProof } from '#shared/identity/proof.ts';
import { proveByCode, type Proven } from '#shared/identity/prove-by-code.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { browserSecret } from './filed-request.ts';
import type { World } from './vault-world.ts';

type Attempt = Parameters<typeof proveByCode>[2];
export const now = new Date('2027-06-15T12:00:00.000Z');
export const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
export const code = 'AB2CD-3EF4G';

/** A code for a request, as `send-message` keeps it. */
export async function sendCode(world: World, requestId: string, text = code, at = now): Promise<void> {
  const mac = await macOfCode(world.key('code'), requestId, text);
  await keepCode(world.requests, codeRow(requestId), mac, at);
}

/** What a person in the right browser does, with the right code unless `change` says otherwise. */
export const prove = (
  world: World,
  requestId: string,
  change: Partial<Attempt> = {},
): Promise<Proven | undefined> =>
  proveByCode(
    world,
    { code: world.key('code'), proof: world.key('proof') },
    { requestId, code, browserSecret, token: 'token-1', now, ...change },
  );

export const start = (world: World, requestId: string, at = now) =>
  startRequest(
    world,
    { requestId, right: 'access' },
    {
      scope: 'all',
      actor: 'subject',
      now: at,
      useProof: useProof(world.requests, requestId, at),
      startId: at.toISOString(),
      choiceKey: world.key('choice'),
    },
  );

export const rowOf = ({ requests }: World, requestId: string, sk: string): Promise<Item | undefined> =>
  getItem(requests, requestKey(requestId, sk));
