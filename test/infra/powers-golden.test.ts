import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { account, createNamer } from './physical-names.ts';
import { readStatements, type Statement } from './policy-statement.ts';
import { ofType, pathOf, synthesize, type Resources } from './synthesize.ts';

/** Every permission of the template, to be read in a review. `GOLDEN=write npx vitest run test/infra/powers-golden` */
const golden = new URL('powers.golden.json', import.meta.url);

type Powers = { roles: Record<string, string[]>; policiesOfResources: Record<string, string[]> };

function readPowers(resources: Resources): Powers {
  const render = createNamer(resources);
  const roles = ofType(resources, 'AWS::IAM::Role').map(([path]) => path.replace('/Role', ''));
  const own = (role: string): Statement[] =>
    ofType(resources, 'AWS::IAM::Policy')
      .filter(([, { Roles }]) => (Roles as unknown[]).map(render).includes(role))
      .flatMap(([, { PolicyDocument }]) => readStatements(PolicyDocument, render));
  const documents = Object.values(resources).flatMap((resource) => {
    const { KeyPolicy, PolicyDocument } = resource.Properties;
    if (resource.Type === 'AWS::IAM::Policy') return [];
    const document = KeyPolicy ?? PolicyDocument;
    return document === undefined ? [] : [[pathOf(resource), readStatements(document, render)] as const];
  });
  return {
    roles: sorted(roles.map((role) => [role, own(role).flatMap(describeGrant).toSorted()])),
    policiesOfResources: sorted(
      documents.map(([path, statements]) => [path, statements.map(describeForPrincipals)]),
    ),
  };
}

const sorted = (entries: [string, string[]][]): Record<string, string[]> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

const short = (text: string): string =>
  text.replace(/^arn:aws:\w+:[\w-]*:\d*:/, '').replace(`arn:aws:iam::${account}:`, '');

const describeGrant = ({ effect, actions, resources, conditions }: Statement): string[] =>
  actions.flatMap((action) =>
    resources.map((resource) => {
      const when = Object.keys(conditions).length > 0 ? ` when ${JSON.stringify(conditions)}` : '';
      return `${effect === 'Deny' ? 'DENY ' : ''}${action} on ${short(resource)}${when}`;
    }),
  );

const describeForPrincipals = (statement: Statement): string => {
  const who = (statement.principals ?? []).map(short).join(', ');
  const when =
    Object.keys(statement.conditions).length > 0 ? ` when ${JSON.stringify(statement.conditions)}` : '';
  return `${statement.effect === 'Deny' ? 'DENY ' : ''}${statement.actions.toSorted().join(' ')} by ${who}${when}`;
};

describe('powers', () => {
  it('are those of the golden file, role by role', async () => {
    const powers = readPowers(synthesize());
    if (process.env['GOLDEN'] === 'write')
      writeFileSync(golden, await format(JSON.stringify(powers), { parser: 'json', printWidth: 110 }));
    expect(powers).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('hold no wildcard but for what has no name yet, and for phone numbers, which have none', () => {
    const wild = Object.entries(readPowers(synthesize()).roles).flatMap(([role, grants]) =>
      grants
        .filter((grant) => grant.includes('*') || grant.includes('?'))
        .map((grant) => `${role}: ${grant}`),
    );
    const beyond = wild.filter(
      (grant) => !/: logs:(CreateLogStream|PutLogEvents) on log-group:\w+:\*$/.test(grant),
    );
    expect(beyond.toSorted()).toEqual([
      'InvokedRelease: s3:GetObject on bundles/*',
      'QueueSendMessage: DENY sns:Publish on arn:aws:sns:*:*:*',
      'QueueSendMessage: sns:Publish on * when {"StringEquals":{"aws:RequestedRegion":["eu-central-1"]}}',
      'ScheduleExpire: s3:AbortMultipartUpload on bundles/*',
      'ScheduleExpire: s3:AbortMultipartUpload on staging/*',
      'ScheduleExpire: s3:DeleteObject on bundles/*',
      'ScheduleExpire: s3:DeleteObject on staging/*',
      'ScheduleReconcile: states:DescribeExecution on execution:Erasure:*',
      'ScheduleReconcile: states:DescribeExecution on execution:Export:*',
      'WorkflowBuildBundle: s3:AbortMultipartUpload on bundles/*',
      'WorkflowBuildBundle: s3:GetObject on staging/*',
      'WorkflowBuildBundle: s3:PutObject on bundles/*',
      'WorkflowCollectPages: s3:PutObject on staging/*',
      'WorkflowEraseRows: s3:AbortMultipartUpload on bundles/*',
      'WorkflowEraseRows: s3:AbortMultipartUpload on staging/*',
      'WorkflowEraseRows: s3:DeleteObject on bundles/*',
      'WorkflowEraseRows: s3:DeleteObject on staging/*',
    ]);
  });

  it('each role writes its own log and no other', () => {
    for (const [role, grants] of Object.entries(readPowers(synthesize()).roles)) {
      const logs = grants.filter((grant) => grant.startsWith('logs:'));
      const expected =
        role === 'Export' || role === 'Erasure'
          ? []
          : [`logs:CreateLogStream on log-group:${role}:*`, `logs:PutLogEvents on log-group:${role}:*`];
      expect(logs, role).toEqual(expected);
    }
  });
});
