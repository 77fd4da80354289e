import { account, arn, createNamer, region } from './physical-names.ts';
import { readStatements, speaksOf, type Context, type Statement } from './policy-statement.ts';
import type { Resources } from './synthesize.ts';

/** Answers whether a role of the template may do something once it is deployed. */
export type Policies = {
  /** @param role its name: `InvokedSign` @param action `kms:Sign` @param resource an ARN */
  readonly can: (role: string, action: string, resource: string, context?: Context) => boolean;
  /** Names of all roles. */
  readonly roles: readonly string[];
};

/** Calls come over TLS, from this account and to this region, not through another service. */
const circumstances: Context = {
  'aws:SecureTransport': 'true',
  'kms:CallerAccount': account,
  'aws:RequestedRegion': region,
};
const root = `arn:aws:iam::${account}:root`;

type Attached = Readonly<Record<string, unknown>>;

/**
 * Evaluates identity policies, key policies, bucket and queue policies as IAM does within one account: a Deny anywhere
 * refuses; a key is opened by its own policy, which names the role or delegates to IAM by naming the account; anything
 * else by the role's policies or by a resource policy that names the role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function openPolicies(resources: Resources): Policies {
  const render = createNamer(resources);
  const identity = readIdentityPolicies(resources, render);
  const onResource = readResourcePolicies(resources, render);
  return {
    roles: [...identity.keys()].map((roleArn) => roleArn.slice(roleArn.indexOf('/') + 1)),
    can: (role, action, resource, context = {}) => {
      const roleArn = arn.role(role);
      const own = identity.get(roleArn);
      if (!own) throw new TypeError(`no role ${role}`);
      const given = { ...circumstances, ...context };
      const speaking = (statements: readonly Statement[]): Statement[] =>
        statements.filter((statement) => speaksOf(statement, action, resource, given));
      const fromRole = speaking(own);
      const fromResource = speaking(
        onResource.filter(({ about }) => covers(about, resource)).map(({ statement }) => statement),
      );
      const names =
        (principal: string) =>
        (statement: Statement): boolean =>
          statement.principals?.some((each) => each === principal || each === '*') ?? false;
      if ([...fromRole, ...fromResource.filter(names(roleArn))].some(isDeny)) return false;
      const byName = fromResource.some(names(roleArn));
      if (!resource.startsWith('arn:aws:kms:')) return byName || fromRole.length > 0;
      return byName || (fromResource.some(names(root)) && fromRole.length > 0);
    },
  };
}

const isDeny = ({ effect }: Statement): boolean => effect === 'Deny';

/** A bucket's policy speaks of its objects too; a key's and a queue's of itself, whatever its `Resource` says. */
const covers = (about: string, resource: string): boolean =>
  resource === about || resource.startsWith(`${about}/`);

function readIdentityPolicies(
  resources: Resources,
  render: (value: unknown) => string,
): Map<string, Statement[]> {
  const byRole = new Map<string, Statement[]>();
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (Type !== 'AWS::IAM::Role') continue;
    const { Policies: inline = [], ManagedPolicyArns } = Properties as {
      Policies?: Attached[];
      ManagedPolicyArns?: unknown;
    };
    if (ManagedPolicyArns !== undefined)
      throw new TypeError(`${id} has managed policies, which are not understood`);
    byRole.set(
      render({ 'Fn::GetAtt': [id, 'Arn'] }),
      inline.flatMap(({ PolicyDocument }) => readStatements(PolicyDocument, render)),
    );
  }
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy' && Type !== 'AWS::IAM::RolePolicy')
      continue;
    const {
      Roles = [],
      RoleName,
      PolicyDocument,
    } = Properties as { Roles?: unknown[]; RoleName?: unknown; PolicyDocument: unknown };
    for (const role of RoleName === undefined ? Roles : [RoleName])
      byRole.get(arn.role(render(role)))?.push(...readStatements(PolicyDocument, render));
  }
  return byRole;
}

/** Resource policies; those of keys and queues hold for that key or queue alone. */
function readResourcePolicies(
  resources: Resources,
  render: (value: unknown) => string,
): { about: string; statement: Statement }[] {
  const about = (target: string, document: unknown): { about: string; statement: Statement }[] =>
    readStatements(document, render).map((statement) => ({ about: target, statement }));
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    switch (Type) {
      case 'AWS::KMS::Key':
        return about(render({ 'Fn::GetAtt': [id, 'Arn'] }), Properties['KeyPolicy']);
      case 'AWS::S3::BucketPolicy':
        return about(arn.bucket(render(Properties['Bucket'])), Properties['PolicyDocument']);
      case 'AWS::SQS::QueuePolicy':
        return (Properties['Queues'] as unknown[]).flatMap((queue) =>
          about(arn.queue(render(queue)), Properties['PolicyDocument']),
        );
      default:
        return [];
    }
  });
}
