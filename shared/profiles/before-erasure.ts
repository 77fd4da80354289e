import type { Profile } from './profile-store.ts';

/**
 * Whether something of that moment was erased with a profile, or with the one that the account had before: it does not come
 * back, out of whatever queue or backup it arrives (A7). Server time of the erasure against the time that the site states.
 */
export function wasErased({ state, erasedAt, notBefore }: Profile, at: string): boolean {
  return isBefore(state === 'erased' ? erasedAt : notBefore, at);
}

/** Whether something of that moment is from before an end, if there was one. */
export const isBefore = (end: string | undefined, at: string): boolean =>
  end !== undefined && Date.parse(at) <= Date.parse(end);
