import type { State } from './states.ts';

/**
 * Every change of state that exists. The condition of the write is derived from this table: what is not in it cannot
 * happen. An event that may lead to several states names the one it takes.
 */
export const transitions = {
  'identity-verified': { from: ['awaiting-identity', 'lapsed'], to: ['verified'] },
  // By a controller's order, which is an authority and proves nobody's identity.
  ordered: { from: ['awaiting-identity'], to: ['verified'] },
  // By a second identifier; only before the work starts.
  'level-raised': { from: ['verified'], to: ['verified'] },
  lapsed: { from: ['awaiting-identity'], to: ['lapsed'] },
  started: { from: ['verified'], to: ['in-progress', 'cooling-off'] },
  elapsed: { from: ['cooling-off'], to: ['in-progress'] },
  // What failed can be withdrawn as long as it has had no effect.
  withdrawn: {
    from: ['awaiting-identity', 'verified', 'awaiting-decision', 'cooling-off', 'needs-attention'],
    to: ['withdrawn'],
  },
  disavowed: {
    from: ['awaiting-identity', 'verified', 'awaiting-decision', 'cooling-off'],
    to: ['withdrawn'],
  },
  // Apart from the other, since it is for work that has had no effect yet: an export, or an erasure without a plan.
  'disavowed-at-work': { from: ['in-progress', 'needs-attention'], to: ['withdrawn'] },
  'tasks-ended': { from: ['in-progress'], to: ['fulfilled', 'partly-fulfilled'] },
  'step-failed': { from: ['in-progress', 'cooling-off'], to: ['needs-attention'] },
  redriven: { from: ['needs-attention'], to: ['in-progress', 'cooling-off'] },
} as const satisfies Record<string, { from: readonly State[]; to: readonly State[] }>;
export type RequestEvent = keyof typeof transitions;

/** Thrown when an event does not fit the state that the request is in, or what else is true of it then. */
export class TransitionRefused extends Error {
  override readonly name = 'TransitionRefused';
  readonly state: State;
  constructor(event: string, state: State) {
    super(whyRefused(event, state));
    this.state = state;
  }
}

/** For an operator: ids and enums only. What is noted changes no state and is in no table. */
function whyRefused(event: string, state: State): string {
  const { from = [] }: { from?: readonly State[] } = isEvent(event) ? transitions[event] : {};
  return from.length === 0 || from.includes(state)
    ? `the event ${event} is not possible now, though the request is in state ${state}`
    : `the request is in state ${state}, and the event ${event} is possible in ${from.join(', ')} only`;
}

const isEvent = (name: string): name is RequestEvent => Object.hasOwn(transitions, name);

/** The state after `event`, or undefined where the table has no such way. */
export function nextState(state: State, event: RequestEvent, wanted?: State): State | undefined {
  const { from, to }: { from: readonly State[]; to: readonly State[] } = transitions[event];
  if (!from.includes(state)) return undefined;
  return wanted === undefined ? to[0] : to.find((candidate) => candidate === wanted);
}
