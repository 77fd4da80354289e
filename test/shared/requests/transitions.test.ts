import { describe, expect, it } from 'vitest';
import {
  isAvailable,
  isExport,
  isOpen,
  requireExport,
  rights,
  RightNotAvailable,
  states,
  workOf,
  type State,
} from '#shared/requests/states.ts';
import {
  nextState,
  TransitionRefused,
  transitions,
  type RequestEvent,
} from '#shared/requests/transitions.ts';

/**
 * Written by hand from the policy, not derived from the code: what is not here cannot happen. Of several outcomes the first
 * is the one that an event takes where it names none.
 */
const ways: Record<RequestEvent, Partial<Record<State, readonly State[]>>> = {
  'identity-verified': { 'awaiting-identity': ['verified'], lapsed: ['verified'] },
  ordered: { 'awaiting-identity': ['verified'] },
  'level-raised': { verified: ['verified'] },
  lapsed: { 'awaiting-identity': ['lapsed'] },
  started: { verified: ['in-progress', 'cooling-off'] },
  elapsed: { 'cooling-off': ['in-progress'] },
  withdrawn: {
    'awaiting-identity': ['withdrawn'],
    verified: ['withdrawn'],
    'awaiting-decision': ['withdrawn'],
    'cooling-off': ['withdrawn'],
    'needs-attention': ['withdrawn'],
  },
  disavowed: {
    'awaiting-identity': ['withdrawn'],
    verified: ['withdrawn'],
    'awaiting-decision': ['withdrawn'],
    'cooling-off': ['withdrawn'],
  },
  'disavowed-at-work': { 'in-progress': ['withdrawn'], 'needs-attention': ['withdrawn'] },
  'tasks-ended': { 'in-progress': ['fulfilled', 'partly-fulfilled'] },
  'step-failed': { 'in-progress': ['needs-attention'], 'cooling-off': ['needs-attention'] },
  redriven: { 'needs-attention': ['in-progress', 'cooling-off'] },
};
const events = Object.keys(ways) as RequestEvent[];
const pairs = states.flatMap((state) =>
  events.map((event) => ({ state, event, to: ways[event][state] ?? [] })),
);

describe('transitions', () => {
  it('G02: are exactly these events over eleven states', () => {
    expect(Object.keys(transitions).sort()).toEqual([...events].sort());
    expect(pairs).toHaveLength(11 * 12);
  });

  it.each(pairs)('$state, $event: $to', ({ state, event, to }) => {
    expect(nextState(state, event)).toBe(to[0]);
  });

  it.each(pairs)(
    '$state, $event: takes an outcome that it names of $to, and no other',
    ({ state, event, to }) => {
      expect(states.filter((wanted) => nextState(state, event, wanted) === wanted).toSorted()).toEqual(
        to.toSorted(),
      );
      for (const wanted of states.filter((one) => !to.includes(one)))
        expect(nextState(state, event, wanted)).toBeUndefined();
    },
  );

  it.each([
    [
      'redriven',
      'fulfilled',
      'the request is in state fulfilled, and the event redriven is possible in needs-attention only',
    ],
    [
      'identity-verified',
      'withdrawn',
      'the request is in state withdrawn, and the event identity-verified is possible in awaiting-identity, lapsed only',
    ],
    ['started', 'verified', 'the event started is not possible now, though the request is in state verified'],
    ['noted', 'verified', 'the event noted is not possible now, though the request is in state verified'],
  ] as const)('a refusal says where the event %s is possible: from %s', (event, state, message) => {
    expect(new TransitionRefused(event, state)).toMatchObject({ name: 'TransitionRefused', state, message });
  });

  it('P16: nothing leads to work or to an answer but by a proof, or by an order of the controller', () => {
    const into = (wanted: State): string[] =>
      pairs.filter(({ to }) => to.includes(wanted)).map(({ state, event }) => `${state}, ${event}`);

    expect(into('verified').toSorted()).toEqual(
      [
        'awaiting-identity, identity-verified',
        'awaiting-identity, ordered',
        'lapsed, identity-verified',
        'verified, level-raised',
      ].toSorted(),
    );
    expect(into('cooling-off')).toEqual(['verified, started', 'needs-attention, redriven']);
    expect(into('in-progress')).toEqual([
      'verified, started',
      'cooling-off, elapsed',
      'needs-attention, redriven',
    ]);
    expect(into('needs-attention')).toEqual(['cooling-off, step-failed', 'in-progress, step-failed']);
    for (const answer of ['fulfilled', 'partly-fulfilled'] as const)
      expect(into(answer)).toEqual(['in-progress, tasks-ended']);
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

describe('rights', () => {
  it('names the rights that this release does not carry out', () => {
    expect(rights.filter((right) => !isAvailable(right))).toEqual([
      'rectification',
      'restriction',
      'objection',
    ]);
  });

  it('each has the machine that works on it, and what has none is refused by name', () => {
    const worked = rights.filter(isAvailable).map((right) => [right, workOf(right)]);
    expect(worked).toEqual([
      ['access', 'export'],
      ['portability', 'export'],
      ['erasure', 'erasure'],
    ]);
    for (const right of ['rectification', 'restriction', 'objection'] as const)
      expect(() => workOf(right)).toThrow(RightNotAvailable);
  });

  it('nothing is exported for a right that asks for no copy', () => {
    expect(rights.filter(isExport)).toEqual(['access', 'portability']);
    for (const right of rights.filter(isExport)) expect(requireExport(right)).toBe(right);
    for (const right of rights.filter((one) => !isExport(one)))
      expect(() => requireExport(right)).toThrow(RightNotAvailable);
  });
});
