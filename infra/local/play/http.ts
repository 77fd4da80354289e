import type * as z from 'zod';
import { PlayFailure } from './failure.ts';

/** A little more than the API itself may take. */
const deadlineMs = 35_000;

export type Call = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
};

/** `body` is what its JSON says, or the text of a signed statement (`application/jose`). */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** Makes one call and reads its answer. @throws PlayFailure when there is none in time, or none that is JSON */
export async function send({ method, url, headers, body }: Call): Promise<Answer> {
  const where = `${method} ${new URL(url).pathname}`;
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    const { status, headers: came } = response;
    const isStatement = came.get('content-type')?.startsWith('application/jose');
    return { status, headers: came, body: isStatement ? text : readJson(text) };
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? 'did not answer in JSON'
        : error instanceof Error && error.name === 'TimeoutError'
          ? `gave no answer in ${deadlineMs / 1000} s`
          : 'could not be reached';
    throw new PlayFailure(`${where} ${reason}.`, { cause: error });
  }
}

const readJson = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));

/** The body of an answer that must have this status and form. @throws PlayFailure that says what came instead */
export function bodyOf<Schema extends z.ZodType>(
  call: string,
  answer: Answer,
  status: number,
  schema: Schema,
): z.output<Schema> {
  if (answer.status !== status)
    throw new PlayFailure(`${call} answered ${answer.status}, not ${status}: ${problemOf(answer)}.`);
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new PlayFailure(`${call} answered ${status} in another form than expected; look at: ${fields}.`);
}

/** The last part of a problem's URN (RFC 9457), such as `consent-missing`; what is wrong with the input, if anything. */
export function problemOf({ body }: Answer): string {
  const { type, message, errors } = (body ?? {}) as { type?: string; message?: string; errors?: unknown };
  const name = type?.split(':').at(-1) ?? message ?? 'no problem stated';
  return errors === undefined ? name : `${name} ${JSON.stringify(errors)}`;
}
