import * as z from 'zod';
import { jwks } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { keysPath } from '#shared/signing/keys-path.ts';

export const health = {
  method: 'GET',
  path: '/healthz',
  operationId: 'readHealth',
  summary: 'Whether the API answers, and which version of it',
  auth: 'none',
  idempotent: false,
  responses: {
    200: {
      description: 'It answers',
      schema: z.strictObject({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' }),
    },
  },
} as const satisfies RouteContract;

export const keys = {
  method: 'GET',
  path: keysPath,
  operationId: 'readKeys',
  summary: 'Public keys of the vendor, old ones included',
  auth: 'none',
  idempotent: false,
  responses: { 200: { description: 'The keys', schema: jwks } },
} as const satisfies RouteContract;

export const openapi = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'readOpenApi',
  summary: 'This document',
  auth: 'none',
  idempotent: false,
  responses: {
    200: {
      description: 'OpenAPI 3.1',
      schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApi' }),
    },
  },
} as const satisfies RouteContract;

/** A route that a later release builds: its name is taken, and whoever calls it is told so. */
const later = (
  method: RouteContract['method'],
  path: RouteContract['path'],
  operationId: string,
  summary: string,
): RouteContract => ({
  method,
  path,
  operationId,
  summary: `(not in this release) ${summary}`,
  auth: 'none',
  idempotent: false,
  responses: {},
});

/** Answered with a 422 `not-available`, whatever is sent. */
export const notAvailable: readonly RouteContract[] = [
  later('POST', '/v1/tasks/leases', 'leaseTasks', 'Lease tasks for a site'),
  later('PUT', '/v1/tasks/{taskId}/pages/{n}', 'putTaskPage', 'Send a page of a task’s result'),
  later('POST', '/v1/tasks/{taskId}/result', 'reportTaskResult', 'Report the result of a task'),
  later('POST', '/v1/tasks/{taskId}/heartbeats', 'keepTaskLease', 'Keep the lease of a task'),
  later('POST', '/v1/tasks/{taskId}/decision', 'decideTask', 'Approve or refuse a task'),
  later('POST', '/v1/sites/heartbeats', 'sendHeartbeat', 'Say that a site is alive'),
  later('POST', '/v1/sites/goodbyes', 'sayGoodbye', 'Close a site knowingly'),
];

export const publicContracts: readonly RouteContract[] = [health, keys, openapi, ...notAvailable];
