import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { profileKey, readProfile } from '#shared/profiles/profile-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { putTombstone } from '#shared/requests/tombstones.ts';
import { createTable } from '#test/support/engine-table.ts';
import { fileForEmail } from '#test/support/filed-request.ts';
import { callHandler, stateWorld } from '#test/support/handlers-on-world.ts';
import { keepOutput } from '#test/support/keep-output.ts';
import { makeWorld, markErased, openTestProfile, openWorld, type World } from '#test/support/vault-world.ts';

/** A receipt says until when logs hold ids; the tombstone ends long after that. */
const erasedAt = '2026-11-01T10:00:00.000Z';
const over = '2027-12-06T10:00:00.000Z';
const lambda = mockClient(LambdaClient);
const written: string[] = [];
let world: World;

beforeAll(async () => {
  const made = await makeWorld();
  const { name: requests } = await createTable('requests', { work: true });
  const names = { ...made, tables: { ...made.tables, requests } };
  world = openWorld(names);
  const undo = stateWorld(names, new Date(over));
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
  const called = { DESTROY_KEYS: 'workflow/destroy-keys', ERASE_ROWS: 'workflow/erase-rows' };
  for (const [name, value] of Object.entries(called)) vi.stubEnv(`${name}_FUNCTION_NAME`, value);
  lambda.on(InvokeCommand).callsFake(async ({ FunctionName, Payload }: Called) => {
    const payload = JSON.parse(Buffer.from(Payload).toString()) as object;
    const end = await callHandler(FunctionName, payload).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ answer: { errorType: toldByRuntime(error) }, FunctionError: 'Unhandled' }),
    );
    return { ...end, Payload: { transformToString: () => JSON.stringify(end.answer) } };
  });
  return undo;
});
/** What a function throws, its runtime logs beside our own line: the message, too, and all that can be listed of it. */
function toldByRuntime(error: unknown): string {
  const { name = '', message, stack } = error instanceof Error ? error : {};
  written.push(JSON.stringify({ ...(error as object), message, stack }));
  return name;
}
type Called = { FunctionName: string; Payload: Uint8Array };
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs what the schedule runs, and keeps every line that goes to a log. */
async function expire(): Promise<unknown> {
  written.length = 0;
  keepOutput(written);
  try {
    return await callHandler('schedule/expire', {});
  } catch (error) {
    toldByRuntime(error);
    throw error;
  } finally {
    vi.restoreAllMocks();
  }
}

async function erased(): Promise<{ requestId: string; ids: string[]; profileId: string }> {
  const requestId = await fileForEmail(world, new Date(erasedAt));
  const user = { siteId: uuid(), userHash: uuid(), controllerId: uuid() };
  const profileId = await openTestProfile(world, { ...user, registeredAt: erasedAt });
  await markErased(world, profileId, erasedAt);
  await transact(world.clients.dynamo, [putTombstone(world, requestId, profileId, erasedAt)]);
  return { requestId, profileId, ids: [requestId, profileId, ...Object.values(user)] };
}

describe('A9: the end of a tombstone, long after the last date of logs in its receipt', () => {
  it('is logged as a count, without any id of its person', async () => {
    const { profileId, ids } = await erased();

    expect(await expire()).toMatchObject({ tombstones: 1 });

    expect(await readProfile(world.directory, profileId)).toMatchObject({ siteId: '-' });
    const log = written.join('');
    expect(log).toContain('work-found');
    for (const id of ids) expect(log).not.toContain(id);
  });

  it.each(['the profile', 'the request'])('is logged without any where it fails at %s', async (where) => {
    const { requestId, profileId, ids } = await erased();
    const [table, Key] =
      where === 'the profile'
        ? [world.directory, profileKey(profileId, 'META')]
        : [world.requests, requestKey(requestId, 'META')];
    await world.clients.dynamo.send(
      new UpdateCommand({
        ...{ TableName: table.name, Key, UpdateExpression: 'SET #state = :spoilt' },
        ...{ ExpressionAttributeNames: { '#state': 'state' } },
        ExpressionAttributeValues: { ':spoilt': requestId },
      }),
    );

    await expect(expire()).rejects.toMatchObject({ name: 'WorkIncomplete' });

    const log = written.join('');
    expect(log).toContain('task-failed');
    for (const id of ids) expect(log).not.toContain(id);
  });
});
