import { problemOf, type Answer } from './http.ts';
import { codeIn } from './outbox.ts';
import { PlayFailure } from './failure.ts';
import type { Stage } from './stage.ts';
import { short } from './stage.ts';
import {
  openRequest,
  submit,
  type OwnRequest,
  type ProvenRequest,
  type SubjectRequest,
  type Wish,
} from './subject-request.ts';
import { waitFor } from './wait-for.ts';

const workDeadlineMs = 180_000;
const base = '/v1/subject/requests';
/** What a person who guesses might type. */
const wrongCode = 'AAAAA-AAAAA';
const ended = ['fulfilled', 'partly-fulfilled', 'refused', 'withdrawn', 'lapsed', 'needs-attention'];

/** Someone asks by e-mail address. */
export async function ask(
  { apiUrl, show }: Stage,
  wish: Wish,
): Promise<{ request: SubjectRequest; answer: Answer }> {
  const answer = await submit(apiUrl, wish);
  const request = openRequest(apiUrl, answer);
  show.exchange(
    `POST ${base}`,
    `${wish.right}, ${wish.email}`,
    answer,
    `requestId ${short(request.requestId)}, a browserSecret, dueAt ${request.dueAt.slice(0, 10)}`,
  );
  return { request, answer };
}

/** Proves the address with the code from its mailbox; where `guess`, a wrong code comes first. */
export async function prove(
  { outbox, show }: Stage,
  request: SubjectRequest,
  email: string,
  guess = false,
): Promise<ProvenRequest> {
  const mail = await show.wait('Waiting for the code', () =>
    outbox.mailFor(email, request.requestId, 'code'),
  );
  const code = codeIn(mail.text);
  if (code === undefined) throw new PlayFailure('The mail with the code holds none.');
  show.quiet(`✉ “${mail.subject}” to ${mail.to}: code ${code}`);
  const call = `POST ${base}/{id}/verification`;
  if (guess) {
    const guessed = await request.verify(wrongCode);
    show.exchange(call, `code ${wrongCode}, a guess`, guessed, problemOf(guessed));
    show.holds('a wrong code proves nothing', guessed.status === 403, guessed.status);
  }
  const answer = await request.verify(code);
  const proven = request.proven(answer);
  show.exchange(
    call,
    `code ${code}, the browserSecret`,
    answer,
    `a token for this request, level ${proven.level}`,
  );
  return proven;
}

/** Starts the work on everything in reach and waits for its end. */
export async function carryOut({ show }: Stage, request: ProvenRequest): Promise<OwnRequest> {
  const started = await request.start('all');
  if (started.status !== 202)
    throw new PlayFailure(`POST …/start answered ${started.status}, not 202: ${problemOf(started)}.`);
  const { status } = started.body as { status?: string };
  show.exchange(
    `POST ${base}/{id}/start`,
    'all controllers in reach',
    started,
    `status ${status ?? 'not stated'}`,
  );
  const done = await show.wait('The export workflow collects, builds, signs', () => endOf(request));
  show.exchange(
    `GET ${base}/{id}`,
    '',
    { status: 200 },
    `status ${done.status}${done.bundle ? `, ${done.bundle.count} bundle, ${done.bundle.linksLeft} links` : ''}`,
  );
  return done;
}

/** Waits for the end of a request, whatever it is. */
export const endOf = (request: ProvenRequest): Promise<OwnRequest> =>
  waitFor('The end of the request', workDeadlineMs, async () => {
    const now = await request.read();
    return ended.includes(now.status) ? now : undefined;
  });
