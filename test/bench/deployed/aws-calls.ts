import { AsyncLocalStorage } from 'node:async_hooks';
import { KMSClient } from '@aws-sdk/client-kms';

/** One call of an AWS client, and what it consumed of DynamoDB where that was asked for. */
export type AwsCall = {
  readonly by: string;
  readonly service: string;
  readonly action: string;
  readonly readUnits: number;
  readonly writeUnits: number;
};
type Input = Record<string, unknown>;
type Command = { readonly constructor: { readonly name: string }; readonly input: Input };
type Sender = { readonly config: { readonly serviceId: string } };
type Send = (this: Sender, command: Command, ...rest: unknown[]) => Promise<Record<string, unknown>>;

/** Services that answer in this process. */
export type Answers = Readonly<Record<string, (input: Input) => Promise<Record<string, unknown>>>>;

/** All clients of the SDK inherit `send` from one class. */
const client = Object.getPrototypeOf(KMSClient.prototype) as { send: Send };
const caller = new AsyncLocalStorage<string>();

/**
 * More rows than a page of 1 MB holds here, so that it cuts nothing: without a limit dynoxide reads a partition to its end
 * for every page.
 */
const rowsOfPage = 2_500;

/** Names who makes the calls within. */
export const callingAs = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
  caller.run(name, work);

/**
 * Writes down every AWS call of this process from now on. Services in `answers` are answered here, the others are called.
 * With `units` DynamoDB is asked what each call consumes.
 */
export function watchCalls(answers: Answers, { units }: { units: boolean }): AwsCall[] {
  const calls: AwsCall[] = [];
  const send = client.send;
  client.send = async function (this: Sender, command, ...rest) {
    const service = this.config.serviceId;
    const action = command.constructor.name.replace(/Command$/, '');
    const asks = units && service === 'DynamoDB';
    if (action === 'Query') command.input['Limit'] ??= rowsOfPage;
    if (asks) command.input['ReturnConsumedCapacity'] = 'TOTAL';
    const answer = answers[service];
    const output = answer ? await answer(command.input) : await send.call(this, command, ...rest);
    const consumed = asks ? unitsOf(action, output['ConsumedCapacity']) : none;
    calls.push({ by: caller.getStore() ?? '', service, action, ...consumed });
    return output;
  };
  return calls;
}

type Capacity = { CapacityUnits?: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number };
const none = { readUnits: 0, writeUnits: 0 };
const reads = new Set(['Get', 'Query', 'BatchGet']);

function unitsOf(action: string, consumed: unknown): typeof none {
  if (consumed === undefined) throw new Error(`DynamoDB did not say what ${action} consumed`);
  const parts = (Array.isArray(consumed) ? consumed : [consumed]) as Capacity[];
  const sum = (pick: (part: Capacity) => number | undefined): number =>
    parts.reduce((total, part) => total + (pick(part) ?? 0), 0);
  const total = sum(({ CapacityUnits }) => CapacityUnits);
  const read = reads.has(action) ? total : sum(({ ReadCapacityUnits }) => ReadCapacityUnits);
  return { readUnits: read, writeUnits: total - read };
}
