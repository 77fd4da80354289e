import type { ExportRight } from '#shared/data-map/exported-fields.ts';

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

/** Rights that are answered by an export. */
const exportRights = ['access', 'portability'] as const satisfies readonly ExportRight[];
/** What this release carries out; the others are refused at intake with a clear answer. */
export type AvailableRight = ExportRight | 'erasure';
export const isExport = (right: Right): right is ExportRight => exportRights.some((one) => one === right);
export const isAvailable = (right: Right): right is AvailableRight => isExport(right) || right === 'erasure';

/** Kinds of work, each a state machine of its own. */
export const works = ['export', 'erasure'] as const;
export type Work = (typeof works)[number];

/** Thrown when work of a kind that this release does not do is asked of it. */
export class RightNotAvailable extends Error {
  override readonly name = 'RightNotAvailable';
}
/** @throws RightNotAvailable */
export function requireExport(right: Right): ExportRight {
  if (!isExport(right)) throw new RightNotAvailable(`no export for ${right}`);
  return right;
}
/** Which machine works on a right. @throws RightNotAvailable */
export function workOf(right: Right): Work {
  if (!isAvailable(right)) throw new RightNotAvailable(`no workflow for ${right}`);
  return right === 'erasure' ? 'erasure' : 'export';
}
