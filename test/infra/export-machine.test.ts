import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { attemptSuperseded, transientErrors } from '#infra/workflows/errors.ts';
import { createNamer } from './physical-names.ts';
import { ofType, synthesize } from './synthesize.ts';

type State = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { Condition: string; Next: string; Output?: unknown }[];
  readonly Retry?: readonly {
    ErrorEquals: string[];
    MaxAttempts: number;
    BackoffRate: number;
    JitterStrategy: string;
  }[];
  readonly Catch?: readonly { ErrorEquals: string[]; Next: string; Output?: string }[];
  readonly TimeoutSeconds?: number;
  readonly Arguments?: { FunctionName: string; Payload: string };
  readonly Output?: string;
};
type Definition = {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
};

const template = synthesize();
const [machine] = ofType(template, 'AWS::StepFunctions::StateMachine').map(([, properties]) => properties);
const definition = JSON.parse(createNamer(template)(machine?.['DefinitionString'])) as Definition;
const { States: states } = definition;
const tasks = Object.entries(states).filter(([, { Type }]) => Type === 'Task');
const edges = (name: string): string[] => {
  const { Next, Default, Choices = [], Catch = [] } = states[name] ?? { Type: '' };
  return [Next, Default, ...[...Choices, ...Catch].map((each) => each.Next)].filter(
    (each) => each !== undefined,
  );
};

describe('export machine', () => {
  it('reads as the policy: its states by name', () => {
    expect(Object.fromEntries(Object.entries(states).map(([name, { Type }]) => [name, Type]))).toEqual({
      Plan: 'Task',
      'Anything to collect?': 'Choice',
      'Collect pages': 'Task',
      'All collected?': 'Choice',
      'Build bundle': 'Task',
      'All bundles built?': 'Choice',
      Conclude: 'Task',
      Told: 'Succeed',
      Superseded: 'Succeed',
      'Record failure': 'Task',
      'Needs attention': 'Fail',
    });
    expect(definition.StartAt).toBe('Plan');
  });

  it('goes from state to state as drawn', () => {
    const path = (name: string) => ({
      if: states[name]?.Choices?.map(({ Condition, Next }) => [Condition, Next]),
      else: states[name]?.Default ?? states[name]?.Next,
    });
    expect(path('Plan')).toEqual({ if: undefined, else: 'Anything to collect?' });
    expect(path('Anything to collect?')).toEqual({
      if: [['{% $states.input.tasks > 0 %}', 'Collect pages']],
      else: 'Conclude',
    });
    expect(path('Collect pages')).toEqual({ if: undefined, else: 'All collected?' });
    expect(path('All collected?')).toEqual({
      if: [['{% $exists($states.input.cursor) %}', 'Collect pages']],
      else: 'Build bundle',
    });
    expect(path('Build bundle')).toEqual({ if: undefined, else: 'All bundles built?' });
    expect(path('All bundles built?')).toEqual({
      if: [['{% $exists($states.input.next) %}', 'Build bundle']],
      else: 'Conclude',
    });
    expect(path('Conclude')).toEqual({ if: undefined, else: 'Told' });
    expect(path('Record failure')).toEqual({ if: undefined, else: 'Needs attention' });
  });

  it('is valid Amazon States Language, in JSONata alone; a broken one is not', () => {
    expect(definition.QueryLanguage).toBe('JSONata');
    const { isValid, errorsText } = validate(definition);
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
    expect(JSON.stringify(definition)).not.toMatch(
      /"(InputPath|OutputPath|ResultPath|ResultSelector|Parameters)"|\.\$"/,
    );

    const dangling = structuredClone(definition) as { States: Record<string, { Next?: string }> };
    dangling.States['Plan'] = { ...dangling.States['Plan'], Next: 'Nowhere' };
    expect(validate(dangling).isValid).toBe(false);
  });

  it('reaches every state, and from every state an end', () => {
    const reached = new Set(['Plan']);
    for (const name of reached) for (const next of edges(name)) reached.add(next);
    expect([...reached].toSorted()).toEqual(Object.keys(states).toSorted());
    for (const [name, { Type }] of Object.entries(states))
      if (Type !== 'Succeed' && Type !== 'Fail') expect(edges(name).length, name).toBeGreaterThan(0);
  });

  it.each(tasks)('%s is tried again on errors that pass, and on no other', (_, { Retry }) => {
    expect(Retry).toHaveLength(1);
    expect(Retry?.[0]).toMatchObject({
      ErrorEquals: transientErrors,
      MaxAttempts: 4,
      BackoffRate: 3,
      JitterStrategy: 'FULL',
    });
    expect(Retry?.[0]?.ErrorEquals).not.toContain('States.ALL');
    expect(Retry?.[0]?.ErrorEquals).not.toContain('States.TaskFailed');
    expect(Retry?.[0]?.ErrorEquals).not.toContain(attemptSuperseded);
  });

  it.each(tasks.filter(([name]) => name !== 'Record failure'))(
    '%s: superseded ends in peace, any other failure is recorded by name',
    (_, { Catch }) => {
      expect(Catch).toEqual([
        { ErrorEquals: ['AttemptSuperseded'], Next: 'Superseded' },
        {
          ErrorEquals: ['States.ALL'],
          Next: 'Record failure',
          Output:
            '{% { "requestId": $states.input.requestId, "attempt": $states.input.attempt, "failed": $states.errorOutput.Error } %}',
        },
      ]);
    },
  );

  it('a failure that cannot be recorded fails the execution, for the reconciler to find', () => {
    expect(states['Record failure']?.Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual([
      [['AttemptSuperseded'], 'Superseded'],
      [['States.ALL'], 'Needs attention'],
    ]);
  });

  it('A18: state holds ids and counts: no error text is passed on, and answers are taken as they are', () => {
    expect(JSON.stringify(definition)).not.toContain('errorOutput.Cause');
    for (const [name, { Catch = [] }] of tasks)
      for (const { Next, Output } of Catch)
        if (Next !== 'Superseded') expect(Output, name).toMatch(/^\{% \{ "requestId"/);
    for (const [name, { Output }] of tasks) expect(Output, name).toBe('{% $states.result.Payload %}');
  });

  it('calls the functions with what their contracts say', () => {
    const called = Object.fromEntries(
      tasks.map(([name, { Arguments }]) => [
        name,
        [
          Arguments?.FunctionName.split(':').at(-1),
          [...(Arguments?.Payload ?? '').matchAll(/"(\w+)":/g)].map(([, field]) => field),
        ],
      ]),
    );
    expect(called).toEqual({
      Plan: ['WorkflowPlanWork', ['requestId', 'attempt']],
      'Collect pages': ['WorkflowCollectPages', ['requestId', 'attempt', 'cursor']],
      'Build bundle': ['WorkflowBuildBundle', ['requestId', 'attempt', 'number']],
      Conclude: ['WorkflowConclude', ['requestId', 'attempt']],
      'Record failure': ['WorkflowConclude', ['requestId', 'attempt', 'failed']],
    });
    expect(states['Build bundle']?.Arguments?.Payload).toContain('"number": $states.input.next');
  });

  it('every wait has an end: each task a little after its function, the whole after two days', () => {
    const limits = Object.fromEntries(tasks.map(([name, { TimeoutSeconds }]) => [name, TimeoutSeconds]));
    expect(limits).toEqual({
      Plan: 90,
      'Collect pages': 930,
      'Build bundle': 930,
      Conclude: 90,
      'Record failure': 90,
    });
    expect(definition.TimeoutSeconds).toBe(2 * 86_400);
    expect(machine?.['StateMachineType']).toBe('STANDARD');
  });

  it('names of errors are listed once', () => {
    expect(new Set(transientErrors).size).toBe(transientErrors.length);
    expect(transientErrors).toContain('TransactionCanceledException');
    // Lambda's throttling of a call that a task makes, S3's own fault, and a called function that failed.
    for (const name of ['TooManyRequestsException', 'InternalError', 'InvocationFailed'])
      expect(transientErrors).toContain(name);
  });
});
