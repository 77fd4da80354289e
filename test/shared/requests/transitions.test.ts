import { describe, expect, it } from 'vitest';
import { isOpen, requireAvailable, rights, states, type State } from '#shared/requests/states.ts';
import { nextState, transitions, type RequestEvent } from '#shared/requests/transitions.ts';

/** Written by hand from the policy, not derived from the code: what is not here cannot happen. */
const ways: Record<RequestEvent, Partial<Record<State, State>>> = {
  'identity-verified': { 'awaiting-identity': 'verified', lapsed: 'verified' },
  lapsed: { 'awaiting-identity': 'lapsed' },
  'level-raised': { verified: 'verified' },
  started: { verified: 'in-progress' },
  elapsed: { 'cooling-off': 'in-progress' },
  withdrawn: {
    'awaiting-identity': 'withdrawn',
    verified: 'withdrawn',
    'awaiting-decision': 'withdrawn',
    'cooling-off': 'withdrawn',
  },
  disavowed: {
    'awaiting-identity': 'withdrawn',
    verified: 'withdrawn',
    'awaiting-decision': 'withdrawn',
    'cooling-off': 'withdrawn',
  },
  'disavowed-at-work': { 'in-progress': 'withdrawn', 'needs-attention': 'withdrawn' },
  'tasks-ended': { 'in-progress': 'fulfilled' },
  'step-failed': { 'in-progress': 'needs-attention', 'cooling-off': 'needs-attention' },
  redriven: { 'needs-attention': 'in-progress' },
};
const events = Object.keys(ways) as RequestEvent[];
const pairs = states.flatMap((state) => events.map((event) => ({ state, event, to: ways[event][state] })));

describe('transitions', () => {
  it('G02: are exactly these events over eleven states', () => {
    expect(Object.keys(transitions).sort()).toEqual([...events].sort());
    expect(pairs).toHaveLength(11 * 8);
  });

  it.each(pairs)('$state, $event: $to', ({ state, event, to }) => {
    expect(nextState(state, event)).toBe(to);
  });

  it('an event of two outcomes takes the one that is named, and no third', () => {
    expect(nextState('in-progress', 'tasks-ended', 'partly-fulfilled')).toBe('partly-fulfilled');
    expect(nextState('in-progress', 'tasks-ended', 'fulfilled')).toBe('fulfilled');
    expect(nextState('in-progress', 'tasks-ended', 'verified')).toBeUndefined();
    expect(nextState('verified', 'started', 'fulfilled')).toBeUndefined();
  });

  it('P16: nothing leads to work or to an answer but by a proof', () => {
    const before = new Map<State, State[]>();
    for (const { state, to } of pairs) if (to) before.set(to, [...(before.get(to) ?? []), state]);

    expect(before.get('in-progress')).toEqual(['verified', 'needs-attention']);
    expect(before.get('needs-attention')).toEqual(['in-progress']);
    expect(before.get('fulfilled')).toEqual(['in-progress']);
    expect(before.get('verified')).toEqual(['awaiting-identity', 'lapsed']);
  });
});

describe('isOpen', () => {
  it('G01: holds for all but the five that are ended', () => {
    expect(states.filter((state) => !isOpen(state))).toEqual([
      'lapsed',
      'withdrawn',
      'refused',
      'fulfilled',
      'partly-fulfilled',
    ]);
  });
});

describe('requireAvailable', () => {
  it('names the rights that this release does not carry out', () => {
    const refused = rights.filter((right) => {
      try {
        return requireAvailable(right) !== right;
      } catch (error) {
        return (error as Error).name === 'RightNotAvailable';
      }
    });

    expect(refused).toEqual(['erasure', 'rectification', 'restriction', 'objection']);
  });
});
