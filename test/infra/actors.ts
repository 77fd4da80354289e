import { constructId, functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { openPolicies } from './policy-evaluator.ts';
import { synthesize } from './synthesize.ts';

/** Whoever acts in the stack: every function, and the machines. */
export const actors = [...functionNames, 'machine/export', 'machine/erasure'] as const;
export type Actor = (typeof actors)[number];

const policies = openPolicies(synthesize());
const machines: Partial<Record<Actor, string>> = { 'machine/export': 'Export', 'machine/erasure': 'Erasure' };
const roleOf = (actor: Actor): string => machines[actor] ?? constructId(actor as FunctionName);

/** Whether an actor of stage `example` may do something to a resource, directly and over TLS. */
export const can = (actor: Actor, action: string, resource: string): boolean =>
  policies.can(roleOf(actor), action, resource);

export const whoCan = (action: string, resource: string): Actor[] =>
  actors.filter((actor) => can(actor, action, resource));
