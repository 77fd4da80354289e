import { createHash } from 'node:crypto';
import type { Table } from '#shared/aws/table.ts';
import type { Log } from '#shared/observability/log.ts';
import type { IncomingCall } from './incoming-call.ts';
import { claimOnce, type KeptAnswer } from './once.ts';
import { invalid } from './problem.ts';
import type { Answer, Incoming } from './route.ts';
import { routeKeyOf, type RouteContract } from './route-contract.ts';

const header = 'Idempotency-Key';
const anyKey = /^[\w-]{16,64}$/;
/** Who is not known could collide with others, so the key itself must be hard to guess: 128 bits (A13). */
const anonymousKey = /^[\w-]{22,64}$/;

/**
 * Runs the work once per idempotency key (A13). Refusals are not kept: they changed nothing, and what was refused for
 * now may be granted later. Answers that hold a secret or link are kept as "issued" only.
 */
export async function answerOnce(
  ephemeral: Table,
  contract: RouteContract,
  call: IncomingCall,
  incoming: Pick<Incoming, 'caller' | 'token' | 'now' | 'log'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = call.headers['idempotency-key'];
  if (!contract.idempotent || key === undefined) return work();
  if (!(incoming.caller ? anyKey : anonymousKey).test(key)) {
    throw invalid(
      header,
      'expected 16 to 64 characters of A-Z a-z 0-9 _ -; at least 22 in a call that is not signed',
    );
  }
  const scope = [callerOf(incoming), routeKeyOf(contract), call.path].join('\n');
  const once = await claimOnce(ephemeral, { scope, key, rawBody: call.rawBody }, incoming.now);
  if (once.kind === 'replay') return replay(once.answer);
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await unlessItFails(once.release(), contract, incoming.log);
    throw error;
  }
  // What was done is done: a caller must learn of it even when the answer cannot be kept.
  await unlessItFails(
    answer.remember === false ? once.release() : once.keep(kept(contract, answer)),
    contract,
    incoming.log,
  );
  return answer;
}

/** A token is a secret: its hash stands for its holder. */
function callerOf({ caller, token }: Pick<Incoming, 'caller' | 'token'>): string {
  if (caller) return caller.siteId;
  return token === undefined ? 'anonymous' : createHash('sha256').update(token).digest('base64url');
}

const kept = ({ answersSecret }: RouteContract, { status, body }: Answer): KeptAnswer =>
  answersSecret === true ? { status } : { status, body: JSON.stringify(body ?? null) };

const replay = ({ status, body }: KeptAnswer): Answer => ({
  status,
  body: JSON.parse(body ?? 'null') ?? undefined,
});

async function unlessItFails(write: Promise<void>, contract: RouteContract, log: Log): Promise<void> {
  try {
    await write;
  } catch (error) {
    log.error('answer-not-remembered', error, { routeKey: routeKeyOf(contract) });
  }
}
