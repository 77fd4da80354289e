import { v7 as uuid } from 'uuid';
import { countWithin } from '#shared/http/count-within.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { route, type Answer } from '#shared/http/route.ts';
import { codeRules } from '#shared/identity/code.ts';
import { hashIdentifier } from '#shared/profiles/identifier-hash.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';
import { isSecondOf } from '#shared/profiles/second-identifier.ts';
import { askForSecondCode } from '#shared/requests/second-identifier.ts';
import { follow } from '../../follow.ts';
import { nameIdentifier } from './contract.ts';
import { requireOwn } from './own-request.ts';
import type { Wiring } from './wiring.ts';

const accepted: Answer = { status: 202, body: {} };

/**
 * A second identifier of the proven person, for level 2. The answer is the same whatever is on record, and so is the work
 * behind it up to the message: that one is dropped unsent where the identifier is no second one of a profile in reach, or
 * has had its codes.
 */
export const identifierRoute = (wiring: Wiring) =>
  route(nameIdentifier, async ({ params: { requestId }, body: { kind, value }, token, now, log }) => {
    const { channel, state, receivedAt } = await requireOwn(wiring, requestId, token, now);
    if (channel.kind !== 'subject' || state !== 'verified') throw new Problem('wrong-state');
    const normalised = normaliseIdentifier(kind, value);
    if (normalised === undefined) throw invalid('value', `not a plain ${kind} identifier`);
    // A profile has one current address of a kind: a second mailbox is never one of the same profile.
    if (kind === 'email') return accepted;
    const named = { ...codeRules.namedPerDay, subject: requestId };
    if (!(await countWithin(wiring.ephemeral, named, now))) return accepted;

    const hash = await hashIdentifier(wiring.indexKey, kind, normalised, '');
    const first = await findEntries(wiring.index, channel.identifierKind, channel.identifierHash);
    const second = await findEntries(wiring.index, kind, hash);
    // What is no second identifier has a count of its own, so that nobody can use up the codes of somebody else's phone.
    const own = `${hash}/${requestId}`;
    const isSecond = isSecondOf(first, second, receivedAt, now.toISOString());
    const sends = (await takeCode(wiring, { subject: isSecond ? hash : own, own }, now)) && isSecond;
    const effects = await askForSecondCode(
      wiring,
      wiring.vault,
      requestId,
      { kind, hash, value: normalised, sends },
      { messageId: `second-code-${uuid()}`, now },
    );
    await follow(wiring.effects, effects, log);
    return accepted;
  });

/**
 * Whether one more code may go there now, by two updates whatever they say: where the hour refuses, which leaves the day as it
 * is, the second falls on the named one's `own` count, which decides nothing (A24).
 */
async function takeCode(
  { ephemeral }: Wiring,
  { subject, own }: { subject: string; own: string },
  now: Date,
): Promise<boolean> {
  const hour = await countWithin(ephemeral, { ...codeRules.perHour, subject }, now);
  const day = await countWithin(ephemeral, { ...codeRules.perDay, subject: hour ? subject : own }, now);
  return hour && day;
}
