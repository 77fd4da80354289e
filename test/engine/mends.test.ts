import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import type { Deployment } from '#infra/local/deploy.ts';
import { clientSettings } from '#infra/local/engine-clients.ts';
import { deployCanary } from '#test/support/engine-canary.ts';
import { createMachine, startMachine, waitForEnd, type Ending } from '#test/support/engine-machine.ts';

// One canary for each mend in infra/local/python/mends: without the mend, its test fails.
const settings = clientSettings(inject('engine'));
const lambda = new LambdaClient(settings);
const queues = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
const machines = new SFNClient(settings);
let outputs: Deployment['outputs'];

beforeAll(async () => {
  outputs = (await deployCanary(inject('engine'))).outputs;
});

const output = (name: string): string => outputs[name] ?? '';
const create = (definition: object): Promise<string> =>
  createMachine(machines, output('MachineRoleArn'), definition);
async function run(definition: object, input: unknown = {}): Promise<Ending> {
  return waitForEnd(machines, await startMachine(machines, await create(definition), input));
}

/** A task that calls the canary function with `payload`, waiting for its token where the resource says so. */
const call = (payload: unknown, more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: output('FunctionArn'), Payload: payload },
  ...more,
});
const waitForToken = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

async function invoke(payload: object) {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: output('FunctionName'), Payload: JSON.stringify(payload) }),
  );
  return {
    failed: answer.FunctionError,
    body: JSON.parse(answer.Payload?.transformToString() ?? '') as unknown,
  };
}

describe('node-errors', () => {
  it('an error keeps its name and stack when a function throws', async () => {
    const { failed, body } = await invoke({ throw: 'LegalHoldActive' });

    expect(failed).toBe('Unhandled');
    expect(body).toMatchObject({ errorType: 'LegalHoldActive', errorMessage: 'as asked' });
    expect(body).toHaveProperty('trace[1]', expect.stringMatching(/^ +at /));
  });

  it('a worker that is gone is named as on AWS', async () => {
    const { body } = await invoke({ exit: true });

    expect(body).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('so is one that goes before it has read its call', async () => {
    await invoke({ deaf: true });

    expect((await invoke({})).body).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('a state catches an error by its name, and no other', async () => {
    const caught = { ErrorEquals: ['LegalHoldActive'], Output: 'caught', Next: 'End' };
    const definition = {
      StartAt: 'Try',
      States: {
        Try: call({ throw: '{% $states.input %}' }, { Catch: [caught], End: true }),
        End: { Type: 'Succeed' },
      },
    };

    const held = await run(definition, 'LegalHoldActive');
    const other = await run(definition, 'Throttled');

    expect(held).toMatchObject({ status: 'SUCCEEDED', output: 'caught' });
    expect(other).toMatchObject({ status: 'FAILED', error: 'Throttled' });
  });
});

describe('jsonata-states', () => {
  it('Parallel takes Arguments, shapes its Output and assigns variables', async () => {
    const branch = (state: string, output: string): object => ({
      StartAt: state,
      States: { [state]: { Type: 'Pass', Output: output, End: true } },
    });

    const ending = await run(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Arguments: { n: '{% $states.input.a + 1 %}' },
            Branches: [branch('One', '{% $states.input.n %}'), branch('Ten', '{% $states.input.n * 10 %}')],
            Output: { sum: '{% $sum($states.result) %}' },
            Assign: { first: '{% $states.result[0] %}' },
            Next: 'Last',
          },
          Last: {
            Type: 'Pass',
            Output: { sum: '{% $states.input.sum %}', first: '{% $first %}' },
            End: true,
          },
        },
      },
      { a: 1 },
    );

    expect(ending).toMatchObject({ status: 'SUCCEEDED', output: { sum: 22, first: 2 } });
  });

  it('Succeed shapes its Output', async () => {
    const ending = await run(
      {
        StartAt: 'Done',
        States: { Done: { Type: 'Succeed', Output: { got: '{% $states.input.value %}' } } },
      },
      { value: 7, secret: 'dropped' },
    );

    expect(ending).toMatchObject({ status: 'SUCCEEDED', output: { got: 7 } });
  });

  it('TimeoutSeconds may be an expression', async () => {
    const task = call({}, { Resource: waitForToken, TimeoutSeconds: '{% $states.input.limit %}', End: true });

    const ending = await run({ StartAt: 'Wait', States: { Wait: task } }, { limit: 1 });

    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(ending.seconds).toBeLessThan(3);
  });
});

describe('task-tokens', () => {
  it('a state fails without a heartbeat for HeartbeatSeconds, also where that is an expression', async () => {
    const task = call(
      {},
      {
        Resource: waitForToken,
        TimeoutSeconds: 15,
        HeartbeatSeconds: '{% $states.input.pause %}',
        End: true,
      },
    );

    const ending = await run({ StartAt: 'Wait', States: { Wait: task } }, { pause: 1 });

    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    expect(ending.seconds).toBeLessThan(4);
  });

  it('an error thrown by the function that hands out the token fails the state at once', async () => {
    const task = call({ throw: 'Refused' }, { Resource: waitForToken, TimeoutSeconds: 15, End: true });

    const ending = await run({ StartAt: 'Wait', States: { Wait: task } });

    expect(ending).toMatchObject({ status: 'FAILED', error: 'Refused' });
    expect(ending.seconds).toBeLessThan(4);
  });
});

describe('start-execution', () => {
  it('starting again with the same name and input answers as the first time while it runs', async () => {
    const stateMachineArn = await create({
      StartAt: 'Pause',
      States: { Pause: { Type: 'Wait', Seconds: 2, End: true } },
    });
    const start = (input: string) =>
      machines.send(new StartExecutionCommand({ stateMachineArn, name: 'once', input }));

    const [first, again] = [await start('{"a":1}'), await start('{"a":1}')];
    const other = start('{"a":2}');

    expect(again.executionArn).toBe(first.executionArn);
    expect(again.startDate).toEqual(first.startDate);
    await expect(other).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });
});

describe('resource-names', () => {
  const credentials = z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  });
  const asFunction = async () => ({
    ...settings,
    credentials: credentials.parse((await invoke({ credentials: true })).body),
  });

  /** The token that an execution put into the queue. */
  async function receiveToken(): Promise<string> {
    const { Messages } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl: output('QueueUrl'), WaitTimeSeconds: 5 }),
    );
    return Messages?.[0]?.Body ?? '';
  }

  it('a role may answer for the machine that it was granted', async () => {
    const own = new SFNClient(await asFunction());
    const execution = await startMachine(machines, output('MachineArn'), {});
    const taskToken = await receiveToken();

    await own.send(new SendTaskHeartbeatCommand({ taskToken }));
    await own.send(new SendTaskSuccessCommand({ taskToken, output: '"done"' }));

    expect(await waitForEnd(machines, execution)).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
  });

  it('a late answer is told so, not denied', async () => {
    const own = new SFNClient(await asFunction());
    const execution = await startMachine(machines, output('MachineArn'), {});
    const taskToken = await receiveToken();
    await own.send(new SendTaskFailureCommand({ taskToken, error: 'Gone' }));
    await waitForEnd(machines, execution);

    const late = own.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));

    await expect(late).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  it('a role may not answer for another machine', async () => {
    const own = new SFNClient(await asFunction());
    const ask = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: { QueueUrl: output('QueueUrl'), MessageBody: '{% $states.context.Task.Token %}' },
      TimeoutSeconds: 20,
      End: true,
    };
    const execution = await startMachine(
      machines,
      await create({ StartAt: 'Ask', States: { Ask: ask } }),
      {},
    );
    const taskToken = await receiveToken();

    const foreign = own.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));

    await expect(foreign).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await machines.send(new StopExecutionCommand({ executionArn: execution }));
  });

  it('a role may send mail from its own identity, and from no other', async () => {
    const mail = new SESv2Client(await asFunction());
    const send = (from: string) =>
      mail.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: ['someone@example.org'] },
          Content: { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } } } },
        }),
      );

    const own = send('Canary <noreply@sender.example>');
    const foreign = send('noreply@other.example');

    await expect(own).resolves.toHaveProperty('MessageId');
    await expect(foreign).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
