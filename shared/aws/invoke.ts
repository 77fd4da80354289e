import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';

/** A function that may be called by name. */
export type Callee = { readonly lambda: LambdaClient; readonly name: string };

/** Thrown when an invoked function threw; carries the name of its error, never its message. */
export class InvocationFailed extends Error {
  override readonly name = 'InvocationFailed';
}

/** Calls a function of ours and waits for its answer, which is parsed. */
export async function invoke<Answer>(
  { lambda, name }: Callee,
  payload: unknown,
  answer: z.ZodType<Answer>,
): Promise<Answer> {
  const result = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const text = result.Payload?.transformToString() ?? 'null';
  if (result.FunctionError !== undefined) {
    throw new InvocationFailed(`invoked function failed with ${errorName(text) ?? 'an unnamed error'}`);
  }
  return answer.parse(JSON.parse(text));
}

/** A function that was killed leaves whatever it leaves: what has no name in it stays unread. */
function errorName(text: string): string | undefined {
  try {
    return z.object({ errorType: z.string().regex(/^[\w.]{1,64}$/) }).parse(JSON.parse(text)).errorType;
  } catch {
    return undefined;
  }
}
