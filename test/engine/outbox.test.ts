import http from 'node:http';
import { once } from 'node:events';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { clientSettings } from '#infra/local/engine-clients.ts';
import { openOutbox, type Outbox, type SentMessage } from '#infra/local/outbox.ts';
import { deployCanary } from '#test/support/engine-canary.ts';
import { createMachine, startMachine, waitForEnd } from '#test/support/engine-machine.ts';

const engine = inject('engine');
const settings = clientSettings(engine);
const started = new Date().toISOString();
let outbox: Outbox;

beforeAll(async () => {
  const { outputs } = await deployCanary(engine);
  outbox = await openOutbox(engine);
  const mail = new SESv2Client(settings);
  for (const text of ['first', 'second'])
    await mail.send(
      new SendEmailCommand({
        FromEmailAddress: 'noreply@sender.example',
        Destination: { ToAddresses: ['outbox@example.org'] },
        Content: { Simple: { Subject: { Data: 'Ünder' }, Body: { Text: { Data: `${text}\nline` } } } },
      }),
    );
  const machines = new SFNClient(settings);
  const publish = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Arguments: { PhoneNumber: '+4915100000000', Message: 'third' },
    End: true,
  };
  const definition = { StartAt: 'Send', States: { Send: publish } };
  const machine = await createMachine(machines, outputs['MachineRoleArn'] ?? '', definition);
  await waitForEnd(machines, await startMachine(machines, machine, {}));
});
afterAll(() => outbox.close());

const read = async (): Promise<SentMessage[]> => (await fetch(outbox.url)).json() as Promise<SentMessage[]>;
const mine = (messages: SentMessage[]): SentMessage[] =>
  messages.filter(({ to }) => to === 'outbox@example.org' || to === '+4915100000000');

it('it shows what was sent, oldest first', async () => {
  const messages = mine(await read());

  expect(messages.map(({ sentAt: _, ...message }) => message)).toEqual([
    { channel: 'email', to: 'outbox@example.org', subject: 'Ünder', text: 'first\nline' },
    { channel: 'email', to: 'outbox@example.org', subject: 'Ünder', text: 'second\nline' },
    { channel: 'sms', to: '+4915100000000', text: 'third' },
  ]);
});

it('each message has a time, which stays', async () => {
  const [before, after] = [mine(await read()), mine(await read())];

  expect(after).toEqual(before);
  for (const { sentAt } of before) {
    expect(new Date(sentAt).toISOString()).toBe(sentAt);
    expect(sentAt >= started && sentAt <= new Date().toISOString()).toBe(true);
  }
});

it.each([
  ['another path', '/', undefined, 'GET'],
  ['another method', '/outbox', undefined, 'POST'],
  ['a name that leads to loopback', '/outbox', 'rebound.example', 'GET'],
])('%s gets nothing', async (_, path, host, method) => {
  const { port } = new URL(outbox.url);
  const headers = host === undefined ? {} : { host };
  const request = http.request({ port, host: '127.0.0.1', path, method, headers });
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();

  expect(response.statusCode).toBe(404);
});
