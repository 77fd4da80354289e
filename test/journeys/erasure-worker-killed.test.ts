import { setTimeout as sleep } from 'node:timers/promises';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { sfnClient } from '#shared/aws/sfn.ts';
import { queryAll } from '#shared/aws/table.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { reconcile } from '#shared/requests/reconcile.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { beginErasure, fetchReceipt, waitForExecution, type Ended } from '#test/support/erased.ts';
import {
  accountRecord,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  waitFor,
  waitForEnd,
  type Proven,
} from '#test/support/person.ts';
import { enrolSite, type TestSite } from '#test/support/site.ts';
import { stackTable } from '#test/support/stored.ts';
import { killWorkers } from '#test/support/workers.ts';

let site: TestSite;
beforeAll(async () => {
  site = await enrolSite();
});

async function begin(name: string): Promise<Proven> {
  const person = makePerson(name);
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person)]);
  return beginErasure(person.email, [site]);
}

const stores = () => ({ requests: stackTable('Requests'), ledger: stackTable('Ledger') });
function machines() {
  const sfn = sfnClient();
  const { outputs } = inject('stack');
  return {
    export: { sfn, arn: outputs['ExportMachineArn'] ?? '' },
    erasure: { sfn, arn: outputs['ErasureMachineArn'] ?? '' },
  };
}
const stateOf = async ({ requestId }: Proven) => (await readRequest(stores(), requestId))?.state;

/** The profile that an erasure is planned for, once it is as wanted. */
const waitForProfile = (
  what: string,
  { requestId }: Proven,
  isSo: (profile: Profile) => boolean,
): Promise<Profile> =>
  waitFor(what, async () => {
    const [task] = await readTasks(stores().requests, requestId, 1);
    const profile = task && (await readProfile(stackTable('Directory'), task.profileId));
    return profile && isSo(profile) ? profile : undefined;
  });

async function expectErasedOnce({ request, own }: Ended): Promise<void> {
  expect(own).toMatchObject({ status: 'fulfilled', receipt: true });
  const { problems, content } = await fetchReceipt(request);
  expect(problems).toEqual([]);
  expect(content?.controllers).toMatchObject([
    {
      places: [
        { outcome: 'erased', datasets: [{ dataset: 'account', found: 1, erased: 1 }, { retained: 1 }] },
      ],
    },
  ]);
  const { requests, ledger } = stores();
  expect(await queryAll(requests, `R#${request.requestId}`, 'RECEIPT#')).toHaveLength(1);
  const chain = await readChain(ledger, `R#${request.requestId}`);
  expect(findBreak(chain)).toBeUndefined();
  expect(chain.filter(({ type }) => type === 'keys-destroyed')).toHaveLength(1);
}

const redriven = async (request: Proven): Promise<Ended> => {
  expect(await stateOf(request)).toBe('needs-attention');
  expect((await readOwn(request)).status).toBe('needs-attention');
  expect(await redriveRequest(stores(), machines(), request.requestId, new Date())).toBe(2);
  await waitForExecution(request.requestId, 2);
  return { request, own: await waitForEnd(request) };
};

describe('an erasure that is broken off', () => {
  it('race 10: is carried on by the retries of its machine where its functions are killed at work', async () => {
    const request = await begin('killed');
    let killed = 0;
    // Before the plan, and from the plan to the end of the keys and beyond.
    for (let round = 0; round < 6; round += 1) {
      killed += killWorkers();
      await sleep(120);
    }
    await waitFor('the end of its cooling-off', async () =>
      (await stateOf(request)) === 'in-progress' ? true : undefined,
    );
    for (let round = 0; round < 12; round += 1) {
      killed += killWorkers();
      await sleep(120);
    }

    expect(killed).toBeGreaterThan(0);
    await expectErasedOnce({ request, own: await waitForEnd(request) });
  });

  it.concurrent(
    'race 10: is put before a person where its execution is stopped, and ends by a redrive',
    async () => {
      const request = await begin('stopped');
      await waitForProfile('the end of its keys', request, ({ state }) => state === 'erased');
      const { sfn, arn } = machines().erasure;
      const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${request.requestId}-1`;
      await sfn.send(new StopExecutionCommand({ executionArn }));
      await waitForExecution(request.requestId, 1);
      expect(await stateOf(request)).toBe('in-progress');

      await reconcile(stores(), machines(), new Date(Date.now() + 600_000));

      await expectErasedOnce(await redriven(request));
    },
  );

  it.concurrent(
    'A6: has no receipt where the second look finds something left, and one when that is gone',
    async () => {
      const request = await begin('residue');
      const { profileId } = await waitForProfile(
        'the end of its keys',
        request,
        ({ state }) => state === 'erased',
      );
      const { client, name } = stackTable('Directory');
      const planted = profileKey(profileId, 'CONSENT#planted');
      await waitFor('the second look', async () => {
        if ((await stateOf(request)) === 'needs-attention') return true;
        await client.send(new PutCommand({ TableName: name, Item: { ...planted, by: 'test' } }));
        return undefined;
      });
      const chain = await readChain(stores().ledger, `R#${request.requestId}`);
      expect(chain.at(-1)).toMatchObject({ type: 'step-failed', facts: { error: 'ResidualFound' } });
      expect(await queryAll(stores().requests, `R#${request.requestId}`, 'RECEIPT#')).toEqual([]);

      await client.send(new DeleteCommand({ TableName: name, Key: planted }));
      await expectErasedOnce(await redriven(request));
    },
  );
});
