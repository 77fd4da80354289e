import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { commitVouched } from './vouched-proof.ts';

/** How a site says that its user signed in; a second factor makes the proof level 2. */
export const sessionMethods = {
  password: 1,
  'password-and-email-code': 1,
  'password-and-sms-code': 2,
  'password-and-totp': 2,
  'password-and-push': 2,
  passkey: 2,
} as const;
export type SessionMethod = keyof typeof sessionMethods;
export const isSessionMethod = (method: string): method is SessionMethod =>
  Object.hasOwn(sessionMethods, method);

/** A login counts for 10 minutes (A11). */
const freshMinutes = 10;
/** Clocks of sites run ahead a little; the signature allows as much. */
const skewSeconds = 30;

/** Whether a login is fresh enough to prove by. Pure. */
export function isFreshLogin(authenticatedAt: string, now: Date): boolean {
  const age = now.getTime() - Date.parse(authenticatedAt);
  return age <= freshMinutes * 60_000 && age >= -skewSeconds * 1_000;
}

/**
 * Proves a request that a site filed in its user's session. The site's signature over the call was verified by whoever
 * filed the request; what the proof opens is that site's profile of that user alone.
 * @returns the level, or undefined where the request is none of this kind or the login is too old
 */
export async function proveBySession(
  stores: RequestStores,
  proofKey: MacKey,
  requestId: string,
  now: Date,
): Promise<number | undefined> {
  const request = await readRequest(stores, requestId);
  if (request?.channel.kind !== 'site') return undefined;
  const { method, authenticatedAt } = request.channel;
  if (!isSessionMethod(method) || authenticatedAt === undefined) return undefined;
  if (!isFreshLogin(authenticatedAt, now)) return undefined;
  const level = sessionMethods[method];
  return commitVouched(stores, proofKey, request, {
    ...{ event: 'identity-verified', level, method, proofMethod: `site-session/${method}`, now },
  });
}
