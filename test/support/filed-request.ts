import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import type { Table } from '#shared/aws/table.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { fileBySite, fileBySubject } from '#shared/requests/file-request.ts';
import { requestKey, type RequestRecord } from '#shared/requests/request-record.ts';
import { commitChange, readRequest, type Change } from '#shared/requests/request-store.ts';
import type { AvailableRight } from '#shared/requests/states.ts';
import type { Subject } from '#shared/requests/subject.ts';
import { createTable } from './engine-table.ts';
import { makeWorld, openWorld, type World } from './vault-world.ts';

/** A world whose requests have the index by which scheduled work is found. */
export async function makeRequestWorld(): Promise<World & { requests: Table }> {
  return { ...openWorld(await makeWorld()), requests: await createTable('requests', { work: true }) };
}

export const seat = { country: 'DE', timeZone: 'Europe/Berlin' };
export const browserSecret = 'browser-secret-of-whoever-filed-the-request';

async function mintRequestKey({ vault }: World, requestId: string): Promise<void> {
  const owner = `R#${requestId}` as const;
  await mintKey(vault.keys, owner, 'request', await wrapNewKey(vault.wrapping.request, owner, 'request'));
}

/** Files a request by e-mail address, with its key. @returns its id */
export async function fileForEmail(
  world: World,
  now: Date,
  change: {
    identifierHash?: string;
    codeId?: string;
    email?: string;
    right?: AvailableRight;
    subject?: Subject;
  } = {},
): Promise<string> {
  const requestId = uuid();
  await mintRequestKey(world, requestId);
  await fileBySubject(world, world.vault, {
    requestId,
    right: 'access',
    email: 'alice@example.org',
    identifierHash: 'hash-alice',
    browserSecret,
    language: 'en',
    seat,
    now,
    ...change,
  });
  return requestId;
}

/** Files a request in a site's session. @returns its id */
export async function fileInSession(
  world: World,
  now: Date,
  change: Partial<Extract<RequestRecord['channel'], { kind: 'site' }>> = {},
  right: AvailableRight = 'access',
): Promise<string> {
  const requestId = uuid();
  await mintRequestKey(world, requestId);
  const session = { siteId: 'site-1', controllerId: 'controller-1', authenticatedAt: now.toISOString() };
  const channel = { kind: 'site' as const, ...session, method: 'passkey', ...change };
  await fileBySite(world, world.vault, { requestId, right, channel, language: 'en', seat, now });
  return requestId;
}

/** Takes a request through these events, at one time. */
export async function advance(
  world: World,
  requestId: string,
  now: Date,
  ...events: Change['event'][]
): Promise<RequestRecord> {
  const at = now.toISOString();
  for (const event of events) await commitChange(world, requestId, { event, at, actor: 'system' });
  return requireRequest(world, requestId);
}

export async function requireRequest(world: World, requestId: string): Promise<RequestRecord> {
  const request = await readRequest(world, requestId);
  if (!request) throw new Error('no request');
  return request;
}

/** Makes a request's row one that no code of ours wrote. */
export async function spoil({ requests }: World, requestId: string): Promise<void> {
  await requests.client.send(
    new UpdateCommand({
      TableName: requests.name,
      Key: requestKey(requestId, 'META'),
      UpdateExpression: 'REMOVE receivedAt',
    }),
  );
}
