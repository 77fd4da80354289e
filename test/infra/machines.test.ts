import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { attemptSuperseded, busyErrors, holdChanged, transientErrors } from '#infra/workflows/errors.ts';
import { readMachine } from './machine-definition.ts';
import { synthesize } from './synthesize.ts';

const template = synthesize();

/** What holds for every machine. */
describe.each(['Export', 'Erasure'])('machine %s', (id) => {
  const { definition, states, tasks, edges, type } = readMachine(template, id);

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
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const next of edges(name)) reached.add(next);
    expect([...reached].toSorted()).toEqual(Object.keys(states).toSorted());
    const ending = new Set(
      Object.keys(states).filter((name) => /^(Succeed|Fail)$/.test(states[name]?.Type ?? '')),
    );
    for (let size = 0; size < ending.size;) {
      size = ending.size;
      for (const name of Object.keys(states))
        if (edges(name).some((next) => ending.has(next))) ending.add(name);
    }
    expect([...ending].toSorted()).toEqual(Object.keys(states).toSorted());
  });

  it.each(tasks)('%s is tried again on errors that pass', (_, { Retry }) => {
    expect(Retry?.[0]).toEqual({
      ErrorEquals: transientErrors,
      IntervalSeconds: 2,
      MaxAttempts: 4,
      BackoffRate: 3,
      MaxDelaySeconds: 60,
      JitterStrategy: 'FULL',
    });
    const retried = (Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    for (const error of ['States.ALL', 'States.TaskFailed', attemptSuperseded, holdChanged])
      expect(retried).not.toContain(error);
  });

  it.each(tasks.filter(([name]) => name !== 'Record failure'))(
    '%s: superseded ends in peace, any other failure is recorded by name',
    (_, { Catch = [] }) => {
      expect(Catch.slice(-2)).toEqual([
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
    expect(states['Record failure']?.Next).toBe('Needs attention');
  });

  it('A18: state holds ids and counts: no error text is passed on, and answers are taken as they are', () => {
    expect(JSON.stringify(definition)).not.toContain('errorOutput.Cause');
    for (const [name, { Catch = [] }] of tasks)
      for (const { Next, Output } of Catch)
        if (Next !== 'Superseded') expect(Output, name).toMatch(/^\{% \{ "requestId"/);
    for (const [name, { Output }] of tasks) expect(Output, name).toBe('{% $states.result.Payload %}');
    // Nothing else makes output: what a choice or a wait is given, it hands on.
    for (const [name, { Type, Output, Choices = [] }] of Object.entries(states)) {
      if (Type !== 'Task') expect(Output, name).toBeUndefined();
      for (const choice of Choices) expect(choice.Output, name).toBeUndefined();
    }
  });

  it('passes on what the fields of a step are, each by an expression of its input', () => {
    for (const [name, { Arguments }] of tasks)
      expect(Arguments?.Payload, name).toMatch(
        /^\{% \{ "requestId": \$states\.input\.requestId, "attempt": \$states\.input\.attempt(?:, "\w+": (?:\$states\.input\.\w+|"\w+"))* \} %\}$/,
      );
  });

  it('keeps its history', () => {
    expect(type).toBe('STANDARD');
  });
});

describe('errors', () => {
  it('that pass are listed once', () => {
    expect(new Set(transientErrors).size).toBe(transientErrors.length);
    expect(transientErrors).toContain('TransactionCanceledException');
    // Lambda's throttling of a call that a task makes, S3's own fault, and a called function that failed.
    for (const name of ['TooManyRequestsException', 'InternalError', 'InvocationFailed'])
      expect(transientErrors).toContain(name);
  });

  it('of work that waits for other work are none that pass by themselves in a minute', () => {
    expect(busyErrors).toEqual(['ExportAtWork', 'ProfileInErasure']);
    for (const name of [...busyErrors, holdChanged, attemptSuperseded])
      expect(transientErrors).not.toContain(name);
  });
});
