import type { AwsCall } from '../deployed/aws-calls.ts';
import type { Invocation } from '../deployed/handlers.ts';
import { prices } from './prices.ts';

/** What one request of a person took. */
export type Usage = {
  readonly calls: readonly AwsCall[];
  readonly invocations: readonly Invocation[];
  /** Calls of the API. */
  readonly apiRequests: number;
  /** States that were entered. */
  readonly states: number;
  /** Of the bundle: kept for seven days, downloaded once. */
  readonly bundleBytes: number;
};
/** One line of a bill. */
export type BillLine = { readonly what: string; readonly amount: number; readonly dollars: number };

/** Start and end of an execution count as a transition each. */
const endsOfExecution = 2;
/** A message is sent, received and deleted. */
const requestsPerMessage = 3;
const keptMonths = 7 / 30;
const asymmetric = ['Sign', 'GetPublicKey'];

/** @param memory of each function in MB */
export function billOf(usage: Usage, memory: Readonly<Record<string, number>>): BillLine[] {
  const { calls, invocations, apiRequests, states, bundleBytes } = usage;
  const of = (service: string, actions?: readonly string[]): AwsCall[] =>
    calls.filter((call) => call.service === service && (actions?.includes(call.action) ?? true));
  const units = (pick: (call: AwsCall) => number): number => calls.reduce((sum, call) => sum + pick(call), 0);
  const gigabyteSeconds = invocations.reduce(
    (sum, { name, milliseconds }) => sum + (Math.ceil(milliseconds) / 1e3) * ((memory[name] ?? 0) / 1_024),
    0,
  );
  const signed = of('KMS', asymmetric).length;
  const read = of('S3', ['GetObject']).length + (bundleBytes > 0 ? 1 : 0);
  const written = of('S3').length - of('S3', ['GetObject', 'DeleteObject', 'AbortMultipartUpload']).length;
  const gigabytes = bundleBytes / 1e9;
  const line = (what: string, amount: number, price: number): BillLine => ({
    ...{ what, amount, dollars: amount * price },
  });
  const lines = [
    line('API requests', apiRequests, prices.httpApiRequest),
    line('Lambda requests', invocations.length, prices.lambdaRequest),
    line('Lambda GB-seconds', gigabyteSeconds, prices.lambdaGigabyteSecond),
    line('state transitions', states + endsOfExecution, prices.stateTransition),
    line(
      'DynamoDB write units',
      units(({ writeUnits }) => writeUnits),
      prices.writeUnit,
    ),
    line(
      'DynamoDB read units',
      units(({ readUnits }) => readUnits),
      prices.readUnit,
    ),
    line('KMS requests', of('KMS').length - signed, prices.kmsRequest),
    line('KMS requests, asymmetric', signed, prices.kmsAsymmetricRequest),
    line('SQS requests', of('SQS').length * requestsPerMessage, prices.sqsRequest),
    line('mails', of('SESv2').length, prices.mail),
    line('S3 writes and lists', written, prices.s3Write),
    line('S3 reads', read, prices.s3Read),
    line('GB-months of the bundle', gigabytes * keptMonths, prices.s3GigabyteMonth),
    line('GB out to the internet', gigabytes, prices.egressGigabyte),
  ];
  return lines.filter(({ amount }) => amount > 0);
}

export const dollarsOf = (lines: readonly BillLine[]): number =>
  lines.reduce((sum, { dollars }) => sum + dollars, 0);
/** Calls of AWS interfaces by our code. */
export const awsRequests = ({ calls }: Usage): number => calls.length;
