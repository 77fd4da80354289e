/** What may be logged of an error: where it arose and what kind it is, never its message (it may quote input). */
export type ErrorDescription = {
  name: string;
  code?: string;
  awsRequestId?: string;
  frames: string[];
  cause?: ErrorDescription;
};

const identifier = /^[A-Za-z][\w.-]{0,79}$/;
const frame = /^\s+at \S/;
const deepestCause = 3;
const mostFrames = 12;

/**
 * Reduces any thrown value to name, stable code, AWS request id and stack frames. Messages and all other properties are
 * left out: errors of the AWS SDK carry items and parameters, errors of parsers quote what they were given.
 */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: `Thrown:${typeof thrown}`, frames: [] };
  const description: ErrorDescription = { name: orUnnamed(thrown.name), frames: stackFrames(thrown) };
  if ('code' in thrown && isIdentifier(thrown.code)) description.code = thrown.code;
  const awsRequestId = readAwsRequestId(thrown);
  if (awsRequestId !== undefined) description.awsRequestId = awsRequestId;
  if (thrown.cause !== undefined && depth < deepestCause) {
    description.cause = describeError(thrown.cause, depth + 1);
  }
  return description;
}

const isIdentifier = (value: unknown): value is string => typeof value === 'string' && identifier.test(value);
const orUnnamed = (name: unknown): string => (isIdentifier(name) ? name : 'Unnamed');

/** The stack repeats the message before its first frame, and a message may hold lines that look like frames. */
function stackFrames({ stack = '', message }: Error): string[] {
  const start = message === '' ? 0 : stack.indexOf(message);
  const afterMessage = start < 0 ? '' : stack.slice(start + message.length);
  return afterMessage
    .split('\n')
    .filter((line) => frame.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim());
}

function readAwsRequestId(thrown: Error): string | undefined {
  if (!('$metadata' in thrown)) return undefined;
  const metadata = thrown.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('requestId' in metadata)) return undefined;
  return typeof metadata.requestId === 'string' ? metadata.requestId : undefined;
}
