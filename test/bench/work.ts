import { functionOf, type Deployment } from './deployed/deployment.ts';
import { queueEvent, type QueueMessage } from './deployed/queues.ts';
import { runMachine } from './deployed/run-machine.ts';
import type { Measure } from './fresh-process.ts';
import type { Seeded } from './measured/profile.ts';
import type { Right } from './measured/step.ts';
import type { WorldNames } from '#test/support/vault-world.ts';

export type Work = {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Of the function that took most. */
  readonly peakMegabytes: number;
  /** By state. */
  readonly steps: ReadonlyMap<string, StepTime>;
};
/** Seconds of a state in all its rounds, and those of the processor that the database worked meanwhile. */
export type StepTime = { readonly seconds: number; readonly database: number };

/** Where it runs; `database` tells the seconds of the processor that the database has used so far. */
export type WorkPlace = {
  readonly world: WorldNames;
  readonly deployment: Deployment;
  readonly database: () => number;
};

const machines = { access: 'export', erasure: 'erasure' } as const;

/**
 * The whole work on one request, from its first state to its last, without the waits: the machine of the template, each
 * state that works in a fresh process of its own.
 */
export async function workThrough(
  measure: Measure,
  { world, deployment, profile, database }: WorkPlace & { readonly profile: Seeded },
  right: Right,
): Promise<Work> {
  const definition = deployment.machines[machines[right]];
  if (!definition) throw new Error(`there is no machine ${machines[right]}`);
  const { requestId } = await measure('startWork', { world, profile, right });
  const sum = { seconds: 0, processorSeconds: 0, peakMegabytes: 0 };
  const steps = new Map<string, StepTime>();
  let ahead = 0;
  // An erasure goes on only when its notices are out. They are sent beside it, and are not in its seconds.
  const deliver = async (messages: readonly QueueMessage[]): Promise<void> => {
    for (const one of messages) {
      const input = { world, deployment, name: one.consumer, event: queueEvent(one), ahead };
      await deliver((await measure('step', input)).messages);
    }
  };
  const way = await runMachine(
    definition,
    { requestId, attempt: 1 },
    {
      invoke: async (functionArn, event, state) => {
        const input = { world, deployment, name: functionOf(functionArn), event, ahead };
        const before = database();
        const { answer, messages, seconds, processorSeconds, peakMegabytes } = await measure('step', input);
        sum.seconds += seconds;
        sum.processorSeconds += processorSeconds;
        sum.peakMegabytes = Math.max(sum.peakMegabytes, peakMegabytes);
        const sofar = steps.get(state) ?? { seconds: 0, database: 0 };
        const worked = sofar.database + database() - before;
        steps.set(state, { seconds: sofar.seconds + seconds, database: worked });
        await deliver(messages);
        return answer;
      },
      passTimeUntil: (moment) => {
        ahead = Math.max(ahead, moment - Date.now());
      },
    },
  );
  const { status } = way.output as { status?: string };
  if (status !== 'fulfilled') throw new Error(`the ${right} ended as ${status ?? 'nothing'}`);
  return { ...sum, steps };
}
