import { describe, expect, it } from 'vitest';
import { readMachine } from './machine-definition.ts';
import { synthesize } from './synthesize.ts';

const { definition, states, tasks, types, path, calls, limits } = readMachine(synthesize(), 'Export');

describe('export machine', () => {
  it('reads as the policy: its states by name', () => {
    expect(types).toEqual({
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

  it.each(tasks)(
    '%s is tried again on errors that pass alone, and has no way out of its own',
    (name, state) => {
      expect(state.Retry).toHaveLength(1);
      expect(state.Catch, name).toHaveLength(2);
    },
  );

  it('calls the functions with what their contracts say', () => {
    expect(calls).toEqual({
      Plan: ['WorkflowPlanWork', ['requestId', 'attempt']],
      'Collect pages': ['WorkflowCollectPages', ['requestId', 'attempt', 'cursor']],
      'Build bundle': ['WorkflowBuildBundle', ['requestId', 'attempt', 'number']],
      Conclude: ['WorkflowConclude', ['requestId', 'attempt']],
      'Record failure': ['WorkflowConclude', ['requestId', 'attempt', 'failed']],
    });
    expect(states['Build bundle']?.Arguments?.Payload).toContain('"number": $states.input.next');
  });

  it('every wait has an end: each task a little after its function, the whole after two days', () => {
    expect(limits).toEqual({
      Plan: 330,
      'Collect pages': 930,
      'Build bundle': 930,
      Conclude: 90,
      'Record failure': 90,
    });
    expect(definition.TimeoutSeconds).toBe(2 * 86_400);
  });
});
