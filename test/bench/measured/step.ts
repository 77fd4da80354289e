import type { FunctionName } from '#infra/powers/functions.ts';
import { openWorld, type WorldNames } from '#test/support/vault-world.ts';
import { watchCalls } from '../deployed/aws-calls.ts';
import type { Deployment } from '../deployed/deployment.ts';
import { putClockAhead } from '../deployed/clock.ts';
import { openHandlers } from '../deployed/handlers.ts';
import { messageOf, type QueueMessage } from '../deployed/queues.ts';
import type { Seeded } from './profile.ts';
import { startWorkFor } from './started-request.ts';

export type Right = 'access' | 'erasure';
export type Step = {
  readonly answer: unknown;
  readonly seconds: number;
  /** Of the processor, this process alone. */
  readonly processorSeconds: number;
  /** What it put into queues. */
  readonly messages: readonly QueueMessage[];
};

/** A request, proven and started. */
export async function startWork(input: {
  world: WorldNames;
  profile: Seeded;
  right: Right;
}): Promise<{ requestId: string }> {
  const { world, profile, right } = input;
  return { requestId: await startWorkFor(openWorld(world), profile, right, new Date()) };
}

/** One invocation of a function in a process that does nothing else. Loading its code is not in the time. */
export async function step(input: {
  world: WorldNames;
  deployment: Deployment;
  name: FunctionName;
  event: unknown;
  /** How far this process's clock is ahead, for what was not waited. Milliseconds. */
  ahead: number;
}): Promise<Step> {
  putClockAhead(input.ahead);
  const { call, load, invoke } = openHandlers(input.world, input.deployment);
  const messages: QueueMessage[] = [];
  const SQS = (input: Record<string, unknown>) => {
    messages.push(messageOf(input));
    return Promise.resolve({});
  };
  const SESv2 = () => Promise.resolve({ MessageId: 'm' });
  watchCalls({ Lambda: invoke, SQS, SESv2 }, { units: false });
  await load([input.name]);
  const used = process.cpuUsage();
  const started = performance.now();
  const answer = await call(input.name, input.event);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(used);
  return { answer, seconds, processorSeconds: (user + system) / 1e6, messages };
}
