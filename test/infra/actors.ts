import { constructId, functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { openPolicies } from './policy-evaluator.ts';
import { synthesize } from './synthesize.ts';

/** Whoever acts in the stack: every function, and the machine. */
export const actors = [...functionNames, 'machine/export'] as const;
export type Actor = FunctionName | 'machine/export';

const policies = openPolicies(synthesize());
const roleOf = (actor: Actor): string => (actor === 'machine/export' ? 'Export' : constructId(actor));

/** Whether an actor of stage `example` may do something to a resource, directly and over TLS. */
export const can = (actor: Actor, action: string, resource: string): boolean =>
  policies.can(roleOf(actor), action, resource);

export const whoCan = (action: string, resource: string): Actor[] =>
  actors.filter((actor) => can(actor, action, resource));
