/** The states of a request (a DSR). */
export const states = [
  'awaiting-identity',
  'verified',
  'awaiting-decision',
  'cooling-off',
  'in-progress',
  'needs-attention',
  'lapsed',
  'withdrawn',
  'refused',
  'fulfilled',
  'partly-fulfilled',
] as const;
export type State = (typeof states)[number];

const ended = new Set<State>(['lapsed', 'withdrawn', 'refused', 'fulfilled', 'partly-fulfilled']);
export const isOpen = (state: State): boolean => !ended.has(state);

/** Rights of GDPR Articles 15 to 21 that a request can exercise. */
export const rights = [
  'access',
  'portability',
  'erasure',
  'rectification',
  'restriction',
  'objection',
] as const;
export type Right = (typeof rights)[number];

/** What this release carries out; the others are refused at intake with a clear answer. */
const availableRights = ['access', 'portability'] as const;
export type AvailableRight = (typeof availableRights)[number];
export const isAvailable = (right: Right): right is AvailableRight =>
  availableRights.some((one) => one === right);

/** Thrown when work of a kind that this release does not do is asked of it. */
export class RightNotAvailable extends Error {
  override readonly name = 'RightNotAvailable';
}
/** @throws RightNotAvailable */
export function requireAvailable(right: Right): AvailableRight {
  if (!isAvailable(right)) throw new RightNotAvailable(`no workflow for ${right}`);
  return right;
}
