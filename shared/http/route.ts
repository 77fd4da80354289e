import type * as z from 'zod';
import type { Log } from '#shared/observability/log.ts';
import type { SiteCaller } from './caller.ts';
import { parseBody, parseParams, parseQuery } from './parse-input.ts';
import type { RouteContract } from './route-contract.ts';

/** A call before its input is checked against the contract. */
export type Incoming = {
  readonly params: Readonly<Record<string, string>>;
  /** As sent, undecoded, without `?`. */
  readonly rawQuery: string;
  readonly contentType: string | undefined;
  readonly rawBody: Buffer;
  readonly caller: SiteCaller | undefined;
  readonly token: string | undefined;
  readonly now: Date;
  readonly log: Log;
};

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;
type Output<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type Field<Contract, Name extends string> =
  Contract extends Readonly<Record<Name, infer Schema>> ? Schema : undefined;

/** What a handler is given: input that fits its contract, and who calls. */
export type Call<Contract extends RouteContract> = {
  readonly params: Output<Field<Contract, 'params'>, Readonly<Record<ParamNames<Contract['path']>, string>>>;
  readonly query: Output<Field<Contract, 'query'>, undefined>;
  readonly body: Output<Field<Contract, 'body'>, undefined>;
  readonly rawBody: Buffer;
  readonly caller: Contract['auth'] extends 'site' ? SiteCaller : undefined;
  readonly token: Contract['auth'] extends 'token' ? string : undefined;
  readonly now: Date;
  readonly log: Log;
};

/** A successful answer; refusals are thrown as `Problem`. */
export type Answer = {
  readonly status: number;
  /** JSON, or a string where the contract names another media type. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: nothing is kept for the idempotency key, so a retry runs again (a refused consent stores nothing). */
  readonly remember?: false;
};

export type Route = {
  readonly contract: RouteContract;
  /** Checks the input (throws `Problem`) and gives back the work that is left to do. */
  readonly prepare: (incoming: Incoming) => () => Promise<Answer>;
};

/**
 * Binds a contract to the function that serves it.
 *
 * @example
 * route(submitRequest, async ({ body, caller, now }) => ({ status: 202, body: await submit(body, caller, now) }));
 */
export const route = <const Contract extends RouteContract>(
  contract: Contract,
  handle: (call: Call<Contract>) => Promise<Answer>,
): Route => ({
  contract,
  prepare: (incoming) => {
    const { rawBody, caller, token, now, log } = incoming;
    const params = parseParams(contract, incoming.params);
    const query = parseQuery(contract, incoming.rawQuery);
    const body = parseBody(contract, rawBody, incoming.contentType);
    // The parsers and the dispatcher have put here what the contract says; the compiler cannot follow that.
    const call = { params, query, body, rawBody, caller, token, now, log } as Call<Contract>;
    return () => handle(call);
  },
});
