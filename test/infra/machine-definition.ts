import { createNamer } from './physical-names.ts';
import { ofType, type Resources } from './synthesize.ts';

export type State = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { Condition: string; Next: string; Output?: unknown }[];
  readonly Retry?: readonly {
    ErrorEquals: string[];
    IntervalSeconds: number;
    MaxAttempts: number;
    BackoffRate: number;
    MaxDelaySeconds: number;
    JitterStrategy?: string;
  }[];
  readonly Catch?: readonly { ErrorEquals: string[]; Next: string; Output?: string }[];
  readonly TimeoutSeconds?: number;
  readonly Arguments?: { FunctionName: string; Payload: string };
  readonly Output?: string;
  readonly Seconds?: number;
  readonly Timestamp?: string;
};
type Definition = {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
};

/** A state machine of the template as a reader sees it, by its construct's id: `Export`, `Erasure`. */
export function readMachine(template: Resources, id: string) {
  const properties = ofType(template, 'AWS::StepFunctions::StateMachine').find(
    ([path]) => path === `${id}/Machine`,
  )?.[1];
  if (!properties) throw new TypeError(`no machine ${id}`);
  const definition = JSON.parse(createNamer(template)(properties['DefinitionString'])) as Definition;
  const { States: states } = definition;
  const tasks = Object.entries(states).filter(([, { Type }]) => Type === 'Task');
  return {
    definition,
    type: properties['StateMachineType'],
    states,
    /** States that call a function, with their names. */
    tasks,
    /** The type of each state. */
    types: Object.fromEntries(Object.entries(states).map(([name, { Type }]) => [name, Type])),
    /** Where a state leads to, errors included. */
    edges: (name: string): string[] => {
      const { Next, Default, Choices = [], Catch = [] } = states[name] ?? { Type: '' };
      return [Next, Default, ...[...Choices, ...Catch].map((each) => each.Next)].filter(
        (each) => each !== undefined,
      );
    },
    /** Where a state leads to when nothing fails. */
    path: (name: string) => ({
      if: states[name]?.Choices?.map(({ Condition, Next }) => [Condition, Next]),
      else: states[name]?.Default ?? states[name]?.Next,
    }),
    /** The function that each task calls, and the fields that it passes on, with their expressions. */
    calls: Object.fromEntries(
      tasks.map(([name, { Arguments }]) => [
        name,
        [
          Arguments?.FunctionName.split(':').at(-1),
          [...(Arguments?.Payload ?? '').matchAll(/"(\w+)":/g)].map(([, field]) => field),
        ],
      ]),
    ),
    /** Seconds after which each task is given up. */
    limits: Object.fromEntries(tasks.map(([name, { TimeoutSeconds }]) => [name, TimeoutSeconds])),
  };
}
