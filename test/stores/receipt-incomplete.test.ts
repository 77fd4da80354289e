import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { putTask, readTasks, type Task } from '#shared/requests/tasks.ts';
import { erasureToSign, putBack, type ErasureToSign } from '#test/support/erasure-to-sign.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let erasure: ErasureToSign;
let requestId: string;
/** Changes a row of the request, as no function of ours does. */
const change = (sk: string, UpdateExpression: string, names: Record<string, string>, value: unknown) =>
  world.clients.dynamo.send(
    new UpdateCommand({
      ...{ TableName: world.requests.name, Key: requestKey(requestId, sk), UpdateExpression },
      ...{ ExpressionAttributeNames: names, ExpressionAttributeValues: { ':value': value } },
    }),
  );

describe('A6: there is nothing to sign', () => {
  let rows: Item[];
  beforeAll(async () => {
    world = openWorld(await makeWorld());
    erasure = await erasureToSign(world);
    ({ requestId } = erasure);
    for (const step of ['Preserve', 'Destroy', 'Erase', 'Scan'] as const) {
      await erasure.workUpTo(step);
      await expect(erasure.build(), step).rejects.toMatchObject({ name: 'ErasureIncomplete' });
    }
    await erasure.workUpTo('Sign');
    rows = await queryAll(world.requests, `R#${requestId}`);
  });
  /** Each test finds it as it was. */
  afterEach(() => putBack(world, requestId, rows));

  const incomplete = async (): Promise<void> => {
    await expect(erasure.build()).rejects.toMatchObject({ name: 'ErasureIncomplete' });
  };

  it('of an attempt that did not look again, whatever one before it saw', async () => {
    await change('META', 'SET #attempt = :value', { '#attempt': 'attempt' }, 2);
    await incomplete();

    // The next attempt plans, and looks at one of two profiles.
    await change('META', 'SET #attempt = :value', { '#attempt': 'attempt' }, 1);
    await erasure.recount().SCAN({ attempt: 0 });
    await incomplete();
  });

  it.each([
    ['a profile whose scan is not at its end', 'SCAN'] as const,
    ['one that was not counted to its end', 'FOUND'] as const,
    ['one that was not erased to its end', 'ERASED'] as const,
  ])('of %s', async (_, row) => {
    await erasure.recount()[row]({ done: false });
    await incomplete();
  });

  it('A17: of an erasure for which no announcement says why', async () => {
    await transact(world.clients.dynamo, [
      { Delete: { TableName: world.requests.name, Key: requestKey(requestId, 'ANNOUNCEMENT') } },
    ]);
    await expect(erasure.build()).rejects.toMatchObject({ name: 'PlanForged' });
  });

  it('of an erasure that says nothing of whom it was about', async () => {
    await transact(world.clients.dynamo, [
      { Delete: { TableName: world.requests.name, Key: requestKey(requestId, 'SUBJECT') } },
    ]);
    await incomplete();
  });

  it('A17: of a plan with a task that was not planned', async () => {
    const [planned] = await readTasks(world.requests, requestId, 1);
    const forged = { ...planned, profileId: uuid() } as Task;
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, forged)]);

    await expect(erasure.build()).rejects.toMatchObject({ name: 'PlanForged' });
  });
});
