import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import {
  accountRecord,
  giveConsent,
  makePerson,
  sendRecords,
  start,
  submitAndProve,
  waitFor,
  waitForEnd,
} from '#test/support/person.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { enrolSite } from '#test/support/site.ts';
import { killWorkers } from '#test/support/workers.ts';

const person = makePerson();

/** Whether the request's execution has begun. */
async function isAtWork(requestId: string): Promise<true | undefined> {
  const stateMachineArn = inject('stack').outputs['ExportMachineArn'] ?? '';
  const { executions } = await sfnClient().send(new ListExecutionsCommand({ stateMachineArn }));
  return executions?.some(({ name }) => name?.startsWith(requestId)) ? true : undefined;
}

beforeAll(async () => {
  const site = await enrolSite();
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person)]);
});

describe('an export whose functions are killed at work', () => {
  it('is carried on by the retries of its machine, and ends fulfilled with one bundle', async () => {
    const request = await submitAndProve(person.email);
    await start(request);
    let killed = 0;
    await waitFor('its execution', () => isAtWork(request.requestId));
    for (let round = 0; round < 12; round += 1) {
      killed += killWorkers();
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(killed).toBeGreaterThan(0);
    expect(await waitForEnd(request)).toMatchObject({ status: 'fulfilled', bundle: { count: 1 } });
  });
});
