import type * as z from 'zod';
import type { KeyScope } from './caller.ts';
import type { ProblemCode } from './problems.ts';

/** What one response of a route holds; the media type is JSON unless `contentType` says otherwise. */
export type ResponseContract = {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
};

/**
 * One route as data: API Gateway routes by it, calls are checked by it, the OpenAPI document is written from it.
 * Write contracts as `export const submitRequest = { ... } as const satisfies RouteContract`.
 */
export type RouteContract = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` for parameters. They are UUIDs unless `params` says otherwise; anything else is a 404. */
  readonly path: `/${string}`;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** `site`: signed by an enrolled site (RFC 9421); `token`: `Authorization: Bearer`, checked by the use case. */
  readonly auth: 'none' | 'site' | 'token';
  /** The key scope that a signed call needs; of several, one. */
  readonly scope?: KeyScope | readonly KeyScope[];
  readonly params?: z.ZodObject;
  /** Query strings are refused where this is missing. */
  readonly query?: z.ZodObject;
  /** Where this is missing, an empty body and `{}` are accepted. */
  readonly body?: z.ZodType;
  /** Accepts `Idempotency-Key`: true for every POST that creates. */
  readonly idempotent: boolean;
  /** The answer holds a secret or a link: it is never stored, and a replay is a 409 `already-issued`. */
  readonly answersSecret?: boolean;
  /** Problems of this route's own; those that follow from the contract (401, 413, ...) need no mention. */
  readonly problems?: readonly ProblemCode[];
  /** Successful responses. */
  readonly responses: Readonly<Record<number, ResponseContract>>;
};

/** As API Gateway names a route: `POST /v1/records`. */
export const routeKeyOf = ({ method, path }: Pick<RouteContract, 'method' | 'path'>): string =>
  `${method} ${path}`;
