import { functionNames } from '#infra/powers/functions.ts';
import { apiEvent, type EventParts } from '#test/support/api-event.ts';
import type { WorldNames } from '#test/support/vault-world.ts';
import { watchCalls } from '../deployed/aws-calls.ts';
import { passTimeUntil } from '../deployed/clock.ts';
import { functionOf, type Deployment } from '../deployed/deployment.ts';
import { openHandlers } from '../deployed/handlers.ts';
import { messageOf, queueEvent, type QueueMessage } from '../deployed/queues.ts';
import { runMachine } from '../deployed/run-machine.ts';
import type { Seeded } from '../measured/profile.ts';
import { awsRequests, billOf, dollarsOf, type BillLine } from './bill.ts';

export type JourneyInput = {
  readonly world: WorldNames;
  readonly deployment: Deployment;
  readonly profile: Seeded;
};
export type Cost = {
  readonly requests: number;
  readonly dollars: number;
  readonly bill: readonly BillLine[];
};

const eightDays = 8 * 86_400_000;

/** An access as a person goes through it: asked for, proven, started, made, looked at, downloaded, and expired. */
export async function access(input: JourneyInput): Promise<Cost> {
  const journey = openJourney(input);
  const own = await begin(journey, input.profile, 'access');
  await requireFulfilled(journey, own);
  const link = await journey.api(`POST ${path}/downloads`, own.params, {}, own.token);
  const { headers } = await fetch((link as { url: string }).url);
  journey.usage.bundleBytes = Number(headers.get('content-length'));
  passTimeUntil(Date.now() + eightDays);
  await journey.call('schedule/expire', {});
  return costOf(journey, input);
}

/**
 * An erasure of the same: asked for, proven, started, cooled off, done, and with a fresh code, since a day has gone by,
 * looked at and its receipt fetched. Nobody waits here for the cooling-off, nor before the second look.
 */
export async function erasure(input: JourneyInput): Promise<Cost> {
  const journey = openJourney(input);
  const own = await begin(journey, input.profile, 'erasure');
  await journey.api(`POST ${path}/codes`, own.params, { browserSecret: own.browserSecret });
  const later = await prove(journey, own);
  await requireFulfilled(journey, later);
  await journey.api(`GET ${path}/receipt`, later.params, undefined, later.token);
  return costOf(journey, input);
}

type Filed = { readonly params: { requestId: string }; readonly browserSecret: string };
type Proven = Filed & { readonly token: string };
type Journey = ReturnType<typeof openJourney>;
const path = '/v1/subject/requests/{requestId}';

async function begin(
  journey: Journey,
  { email, controllerId }: Seeded,
  right: 'access' | 'erasure',
): Promise<Proven> {
  await journey.load(functionNames);
  const identifier = { kind: 'email', value: email };
  const answer = await journey.api('POST /v1/subject/requests', {}, { right, identifier });
  const { requestId, browserSecret } = answer as { requestId: string; browserSecret: string };
  const own = await prove(journey, { params: { requestId }, browserSecret });
  await journey.api(`POST ${path}/start`, own.params, { controllers: [controllerId] }, own.token);
  await journey.deliver();
  return own;
}

/** With the code of the newest mail. */
async function prove(journey: Journey, { params, browserSecret }: Filed): Promise<Proven> {
  await journey.deliver();
  const code = /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(journey.mails.at(-1) ?? '')?.[0];
  const answer = await journey.api(`POST ${path}/verification`, params, { code, browserSecret });
  const { token } = answer as { token: string };
  return { params, browserSecret, token };
}

async function requireFulfilled(journey: Journey, { params, token }: Proven): Promise<void> {
  const { status } = (await journey.api(`GET ${path}`, params, undefined, token)) as { status: string };
  if (status !== 'fulfilled') throw new Error(`the request is ${status}`);
}

function costOf({ usage }: Journey, { deployment }: JourneyInput): Cost {
  const bill = billOf(usage, deployment.memory);
  return { requests: awsRequests(usage), dollars: dollarsOf(bill), bill };
}

/** The deployed functions with API, queues and state machines between them, and what they take. */
function openJourney({ world, deployment }: JourneyInput) {
  const { call, load, invoke, invocations } = openHandlers(world, deployment);
  const waiting: QueueMessage[] = [];
  const executions: { arn: string; input: unknown }[] = [];
  const mails: string[] = [];
  const answers = {
    Lambda: invoke,
    SQS: (input: Record<string, unknown>) => {
      waiting.push(messageOf(input));
      return Promise.resolve({});
    },
    SFN: ({ stateMachineArn, input }: Record<string, unknown>) => {
      executions.push({ arn: String(stateMachineArn), input: JSON.parse(String(input)) });
      return Promise.resolve({});
    },
    SESv2: (mail: Record<string, unknown>) => {
      mails.push(JSON.stringify(mail));
      return Promise.resolve({ MessageId: 'm' });
    },
  };
  const calls = watchCalls(answers, { units: true });
  const usage = { calls, invocations, apiRequests: 0, states: 0, bundleBytes: 0 };

  const execute = async ({ arn, input }: { arn: string; input: unknown }): Promise<void> => {
    const name = arn.startsWith('ERASURE') ? 'erasure' : 'export';
    const definition = deployment.machines[name];
    if (!definition) throw new Error(`there is no machine ${name}`);
    const way = await runMachine(definition, input, {
      invoke: async (functionArn, event) => {
        const answer = await call(functionOf(functionArn), event);
        await deliver();
        return answer;
      },
      passTimeUntil,
    });
    usage.states += way.entered.length;
  };
  /** Until nothing waits: each message to its consumer, each execution to its end. */
  const deliver = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) await call(one.consumer, queueEvent(one));
    for (let one = executions.shift(); one; one = executions.shift()) {
      await execute(one);
      await deliver();
    }
  };
  const api = async (
    routeKey: string,
    params: EventParts['params'],
    body: unknown,
    token?: string,
  ): Promise<unknown> => {
    usage.apiRequests += 1;
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const path = Object.entries(params ?? {}).reduce(
      (filled, [name, value]) => filled.replace(`{${name}}`, value),
      routeKey.split(' ')[1] ?? '',
    );
    const event = apiEvent({
      ...{ routeKey, path, headers },
      ...(params ? { params } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await call('http/subject', event)) as { statusCode: number; body: string };
    if (answer.statusCode >= 300)
      throw new Error(`${routeKey} answered ${answer.statusCode}: ${answer.body}`);
    return answer.body.startsWith('{') ? (JSON.parse(answer.body) as unknown) : answer.body;
  };
  return { api, call, load, deliver, mails, usage };
}
