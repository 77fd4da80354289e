import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Power, ResourceName } from './power.ts';

/** The ARN of each resource that a power can name. */
export type Arns = (resource: ResourceName) => string;

/** One statement per power: its actions, its one resource. */
export const statementOf = ({ actions, on }: Power, arnOf: Arns): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [arnOf(on)] });

/**
 * Gives a role its powers. A policy of its own and not in the role, since key policies name the roles and the powers
 * name the keys.
 */
export function attachPowers(scope: Construct, role: Role, powers: readonly Power[], arnOf: Arns): Policy {
  return new Policy(scope, 'Powers', {
    roles: [role],
    statements: powers.map((power) => statementOf(power, arnOf)),
  });
}
