import { describe, expect, it } from 'vitest';
import { longestFunctionSeconds, readStage } from '#infra/config.ts';
import { transientErrors } from '#infra/workflows/errors.ts';
import { readMachine } from './machine-definition.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const { definition, states, tasks, types, path, calls, limits } = readMachine(template, 'Erasure');
const day = 86_400;

describe('erasure machine', () => {
  it('reads as the policy: its states by name', () => {
    expect(types).toEqual({
      Announce: 'Task',
      'Stopped before?': 'Choice',
      'Let go': 'Succeed',
      'Cool off': 'Wait',
      Plan: 'Task',
      'Anything to erase?': 'Choice',
      'Preserve what is held': 'Task',
      'All preserved?': 'Choice',
      'Destroy keys': 'Task',
      'Erase rows': 'Task',
      'All erased?': 'Choice',
      'Let functions end': 'Wait',
      'Scan places': 'Task',
      'All scanned?': 'Choice',
      'Sign receipt': 'Task',
      Conclude: 'Task',
      Told: 'Succeed',
      Superseded: 'Succeed',
      'Record failure': 'Task',
      'Needs attention': 'Fail',
    });
    expect(definition.StartAt).toBe('Announce');
  });

  it('goes from state to state as drawn', () => {
    const after = (name: string) => ({ if: undefined, else: name });
    const whileCursor = (again: string, next: string) => ({
      if: [['{% $exists($states.input.cursor) %}', again]],
      else: next,
    });
    expect(path('Announce')).toEqual(after('Stopped before?'));
    expect(path('Stopped before?')).toEqual({
      if: [['{% $exists($states.input.until) %}', 'Cool off']],
      else: 'Let go',
    });
    expect(path('Cool off')).toEqual(after('Plan'));
    expect(path('Plan')).toEqual(after('Anything to erase?'));
    expect(path('Anything to erase?')).toEqual({
      if: [
        ['{% $exists($states.input.until) %}', 'Cool off'],
        ['{% $states.input.tasks > 0 %}', 'Preserve what is held'],
      ],
      else: 'Conclude',
    });
    expect(path('Preserve what is held')).toEqual(after('All preserved?'));
    expect(path('All preserved?')).toEqual(whileCursor('Preserve what is held', 'Destroy keys'));
    expect(path('Destroy keys')).toEqual(after('Erase rows'));
    expect(path('Erase rows')).toEqual(after('All erased?'));
    expect(path('All erased?')).toEqual(whileCursor('Erase rows', 'Let functions end'));
    expect(path('Let functions end')).toEqual(after('Scan places'));
    expect(path('Scan places')).toEqual(after('All scanned?'));
    expect(path('All scanned?')).toEqual(whileCursor('Scan places', 'Sign receipt'));
    expect(path('Sign receipt')).toEqual(after('Conclude'));
    expect(path('Conclude')).toEqual(after('Told'));
    expect(path('Record failure')).toEqual(after('Needs attention'));
  });

  it('A6: nothing is signed that was not scanned, and nothing scanned before it is erased', () => {
    const { edges } = readMachine(template, 'Erasure');
    const comeFrom = (wanted: string): string[] =>
      Object.keys(states).filter((name) => edges(name).includes(wanted));
    expect(comeFrom('Sign receipt')).toEqual(['All scanned?']);
    expect(comeFrom('All scanned?')).toEqual(['Scan places']);
    expect(comeFrom('Scan places').toSorted()).toEqual(['All scanned?', 'Let functions end'].toSorted());
    expect(comeFrom('Let functions end')).toEqual(['All erased?']);
    expect(comeFrom('Erase rows').toSorted()).toEqual(['All erased?', 'Destroy keys'].toSorted());
    expect(comeFrom('Destroy keys')).toEqual(['All preserved?']);
    expect(comeFrom('Plan')).toEqual(['Cool off']);
  });

  it('races 4 and 6: waits for other work on the same profiles, longer than an export can take', () => {
    const [passing, busy, ...more] = states['Preserve what is held']?.Retry ?? [];
    expect(passing?.ErrorEquals).toEqual(transientErrors);
    expect(busy).toEqual({
      ErrorEquals: ['ExportAtWork', 'ProfileInErasure'],
      IntervalSeconds: 5,
      BackoffRate: 2,
      MaxDelaySeconds: 600,
      MaxAttempts: 400,
    });
    expect(more).toEqual([]);
    const { IntervalSeconds = 0, BackoffRate = 0, MaxDelaySeconds = 0, MaxAttempts = 0 } = busy ?? {};
    let waited = 0;
    for (let tries = 0; tries < MaxAttempts; tries += 1)
      waited += Math.min(IntervalSeconds * BackoffRate ** tries, MaxDelaySeconds);
    expect(waited).toBeGreaterThan(readMachine(template, 'Export').definition.TimeoutSeconds);
    expect(waited).toBeLessThan(7 * day);
    for (const [name, { Retry }] of tasks)
      if (name !== 'Preserve what is held') expect(Retry, name).toHaveLength(1);
  });

  it('race 5: a hold that was placed or lifted after what is held was preserved leads back there', () => {
    expect(states['Destroy keys']?.Catch?.[0]).toEqual({
      ErrorEquals: ['HoldChanged'],
      Next: 'Preserve what is held',
      Output: '{% { "requestId": $states.input.requestId, "attempt": $states.input.attempt } %}',
    });
    for (const [name, { Catch }] of tasks) expect(Catch, name).toHaveLength(name === 'Destroy keys' ? 3 : 2);
  });

  it('calls the functions with what their contracts say', () => {
    expect(calls).toEqual({
      Announce: ['WorkflowPlanWork', ['requestId', 'attempt', 'step']],
      Plan: ['WorkflowPlanWork', ['requestId', 'attempt', 'step']],
      'Preserve what is held': ['WorkflowPreserveHeld', ['requestId', 'attempt', 'cursor']],
      'Destroy keys': ['WorkflowDestroyKeys', ['requestId', 'attempt']],
      'Erase rows': ['WorkflowEraseRows', ['requestId', 'attempt', 'cursor']],
      'Scan places': ['WorkflowScanPlaces', ['requestId', 'attempt', 'cursor']],
      'Sign receipt': ['InvokedSign', ['requestId', 'attempt', 'kind']],
      Conclude: ['WorkflowConclude', ['requestId', 'attempt', 'receipt']],
      'Record failure': ['WorkflowConclude', ['requestId', 'attempt', 'failed']],
    });
    expect(states['Announce']?.Arguments?.Payload).toContain('"step": "announce"');
    expect(states['Plan']?.Arguments?.Payload).toContain('"step": "plan"');
    expect(states['Sign receipt']?.Arguments?.Payload).toContain('"kind": "receipt"');
    expect(states['Conclude']?.Arguments?.Payload).toContain('"receipt": $states.input.receipt');
  });

  it('A25: cools off until the moment that the request names', () => {
    expect(states['Cool off']?.Timestamp).toBe('{% $states.input.until %}');
    expect(states['Cool off']?.Seconds).toBeUndefined();
    // By another clock, or since a notice is still to go out, it may be later: then the plan names the moment.
    expect(path('Anything to erase?').if?.[0]).toEqual(['{% $exists($states.input.until) %}', 'Cool off']);
  });

  it('race 6: looks again when no function can still hold a key, and at a development stage sooner', () => {
    const timeouts = ofType(template, 'AWS::Lambda::Function').map(([, { Timeout }]) => Number(Timeout));
    expect(Math.max(...timeouts)).toBe(longestFunctionSeconds);
    expect(states['Let functions end']?.Seconds).toBe(longestFunctionSeconds);

    const local = readMachine(synthesize(readStage('local', {})), 'Erasure');
    expect(local.states['Let functions end']?.Seconds).toBe(2);
  });

  it('every wait has an end: each task a little after its function, the whole a week after its cooling-off', () => {
    expect(limits).toEqual({
      Announce: 330,
      Plan: 330,
      'Preserve what is held': 930,
      'Destroy keys': 90,
      'Erase rows': 930,
      'Scan places': 930,
      'Sign receipt': 90,
      Conclude: 90,
      'Record failure': 90,
    });
    expect(definition.TimeoutSeconds).toBe(readStage('example', {}).coolingOff.extended + 7 * day);
  });
});
