import { openWorld, type WorldNames } from '#test/support/vault-world.ts';
import { watchCalls } from '../deployed/aws-calls.ts';
import { functionOf, tasksOf, type Deployment } from '../deployed/deployment.ts';
import { openHandlers } from '../deployed/handlers.ts';
import type { Seeded } from './profile.ts';
import { runMachine } from '../deployed/run-machine.ts';
import { startWorkFor } from './started-request.ts';

export type WorkInput = {
  readonly world: WorldNames;
  readonly deployment: Deployment;
  readonly profile: Seeded;
};
export type Work = {
  readonly seconds: number;
  /** Of the processor, this process alone. */
  readonly processorSeconds: number;
  /** Seconds of each state that works. */
  readonly steps: Readonly<Record<string, number>>;
};

const tenDays = 10 * 86_400_000;

/** An access to everything that a profile holds, from its plan to the published bundle. */
export const access = (input: WorkInput): Promise<Work> => work(input, 'export', 'access', new Date());

/** An erasure of the same, from its announcement to the published receipt, without the waits. */
export const erasure = (input: WorkInput): Promise<Work> =>
  work(input, 'erasure', 'erasure', new Date(Date.now() - tenDays));

/** The machine of the template, the handlers of the functions, all in this process. Loading their code is not in the time. */
async function work(
  { world, deployment, profile }: WorkInput,
  machine: string,
  right: 'access' | 'erasure',
  at: Date,
): Promise<Work> {
  const definition = deployment.machines[machine];
  if (!definition) throw new Error(`there is no machine ${machine}`);
  const { call, load, invoke } = openHandlers(world, deployment);
  watchCalls({ Lambda: invoke, SQS: () => Promise.resolve({}) }, { units: false });
  await load([...tasksOf(definition), 'invoked/sign']);
  const requestId = await startWorkFor(openWorld(world), profile, right, at);
  const used = process.cpuUsage();
  const started = performance.now();
  const way = await runMachine(
    definition,
    { requestId, attempt: 1 },
    { invoke: (arn, event) => call(functionOf(arn), event) },
  );
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(used);
  const { status } = way.output as { status?: string };
  if (status !== 'fulfilled') throw new Error(`the ${right} ended as ${status ?? 'nothing'}`);
  return { seconds, processorSeconds: (user + system) / 1e6, steps: way.seconds };
}
