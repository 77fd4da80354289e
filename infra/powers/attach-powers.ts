import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { publishToPhones } from './phone-numbers.ts';
import type { Power, ResourceName } from './power.ts';

/** The ARN of each resource that a power can name. */
export type Arns = (resource: ResourceName) => string;

/**
 * Gives a role its powers: one statement per power, its named actions on its one resource; phone numbers take two. A
 * policy of its own and not in the role, since key policies name the roles and the powers name the keys.
 */
export function attachPowers(scope: Construct, role: Role, powers: readonly Power[], arnOf: Arns): Policy {
  const policy = new Policy(scope, 'Powers', {
    roles: [role],
    statements: powers.flatMap(({ actions, on }) =>
      on === 'sms/phones'
        ? publishToPhones(scope, actions)
        : [new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [arnOf(on)] })],
    ),
  });
  for (const { on } of powers) {
    const reason = unnameable[on];
    if (reason === undefined) continue;
    const resource = describeArn(Stack.of(scope).resolve(arnOf(on)));
    Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
  return policy;
}

/** The only resources with a wildcard in them: they do not exist yet when the power is given, or have no ARN at all. */
const unnameable: Partial<Record<ResourceName, string>> = {
  'objects/staging': 'Objects come and go; the bucket holds nothing but staging.',
  'objects/bundles': 'Objects come and go; the bucket holds nothing but bundles.',
  'sms/phones': 'A phone number has no ARN; all that has one in SNS is denied beside it.',
  'executions/export': 'Executions are named by request and attempt; all are of this one machine.',
  'executions/erasure': 'Executions are named by request and attempt; all are of this one machine.',
};

/** An ARN as cdk-nag writes it in the ids of its findings: `<LogicalId.Attribute>` for what is known on deployment only. */
function describeArn(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  if (Array.isArray(resolved)) return resolved.map(describeArn).join('');
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resolved as Intrinsic;
  if (join) return join[1].map(describeArn).join(join[0]);
  return `<${attribute ? attribute.join('.') : (Ref ?? '')}>`;
}

type Intrinsic = {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
};
