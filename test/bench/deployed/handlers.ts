import { functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { variables } from '#shared/aws/variables.ts';
import type { WorldNames } from '#test/support/vault-world.ts';
import { callingAs } from './aws-calls.ts';
import type { Deployment } from './deployment.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
/** One invocation of a function, and how long it took. */
export type Invocation = { readonly name: FunctionName; readonly milliseconds: number };

export type Handlers = {
  readonly call: (name: FunctionName, event: unknown) => Promise<unknown>;
  /** What Lambda answers to a function that invokes another. */
  readonly invoke: (input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** Loads code ahead, so that loading is not in a call's time. */
  readonly load: (names: readonly FunctionName[]) => Promise<void>;
  /** All invocations so far. */
  readonly invocations: readonly Invocation[];
};

/** What a function has left of its 15 minutes; nothing here takes as long. */
const remaining = 840_000;

/** The handlers of the deployed functions, in this process, over the tables, keys and buckets of a world. */
export function openHandlers(world: WorldNames, { settings }: Deployment): Handlers {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  Object.assign(process.env, namesOf(world), settings);
  const loaded = new Map<FunctionName, Promise<{ handler: Handler }>>();
  const invocations: Invocation[] = [];
  const module = (name: FunctionName): Promise<{ handler: Handler }> => {
    const [caller = '', title = ''] = name.split('/');
    const found =
      loaded.get(name) ??
      (import(`../../../functions/${caller}/${title}/handler.ts`) as Promise<{ handler: Handler }>);
    loaded.set(name, found);
    return found;
  };
  const call: Handlers['call'] = async (name, event) => {
    const { handler } = await module(name);
    const context = { functionName: name, awsRequestId: 'bench', getRemainingTimeInMillis: () => remaining };
    const started = performance.now();
    const answer = await callingAs(name, () => handler(event, context));
    invocations.push({ name, milliseconds: performance.now() - started });
    return answer;
  };
  return {
    call,
    invocations,
    load: async (names) => {
      await Promise.all(names.map(module));
    },
    invoke: async ({ FunctionName, Payload }) => {
      const event: unknown = JSON.parse(Buffer.from(Payload as Uint8Array).toString('utf8'));
      const answer = JSON.stringify(await call(FunctionName as FunctionName, event));
      return { Payload: { transformToString: () => answer } };
    },
  };
}

/** Variables that name resources: the world's, and functions, queues and machines by their own names. */
function namesOf({ tables, keys, staging, bundles }: WorldNames): Record<string, string> {
  const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    TABLE_NAME: tables,
    KEY_ID: keys,
    BUCKET_NAME: { staging, bundles },
    FUNCTION_NAME: Object.fromEntries(functionNames.map((name) => [name.replace(/^.*\//, ''), name])),
  };
  const named = Object.keys(variables).flatMap((variable) => {
    const [, name, kind = ''] =
      /^(?:WRAP_)?(.*)_(TABLE_NAME|KEY_ID|BUCKET_NAME|FUNCTION_NAME|QUEUE_URL|MACHINE_ARN|SET)$/.exec(
        variable,
      ) ?? [];
    return name === undefined
      ? []
      : [[variable, own[kind]?.[name.toLowerCase().replaceAll('_', '-')] ?? variable] as const];
  });
  return Object.fromEntries(named);
}
