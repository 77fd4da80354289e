import { describe, expect, it } from 'vitest';
import { arn } from './physical-names.ts';
import { openPolicies } from './policy-evaluator.ts';
import { pathOf, synthesize, type Resources } from './synthesize.ts';

const template = synthesize();
const clone = (): Resources => structuredClone(template);

/** Adds a statement to the policy that already stands at `path`, or anything else that the mutation says. */
function planted(
  path: string,
  type: string,
  mutate: (properties: Record<string, unknown>) => void,
): Resources {
  const resources = clone();
  const found = Object.values(resources).find((each) => each.Type === type && pathOf(each) === path);
  if (!found) throw new Error(`nothing at ${path}`);
  mutate(found.Properties);
  return resources;
}
const addTo = (document: string, statement: object) => (properties: Record<string, unknown>) => {
  (properties[document] as { Statement: object[] }).Statement.push(statement);
};
const toRole = (statement: object): Resources =>
  planted('HttpPublic/Powers', 'AWS::IAM::Policy', addTo('PolicyDocument', statement));
const toKey = (name: string, statement: object): Resources =>
  planted(`Keys/${name}`, 'AWS::KMS::Key', addTo('KeyPolicy', statement));

const can = (
  resources: Resources,
  ...question: Parameters<ReturnType<typeof openPolicies>['can']>
): boolean => openPolicies(resources).can(...question);
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const keys = arn.table('keys');
const wrap = arn.key('wrap-ordinary');

describe('policy evaluator: sees what is granted', () => {
  it('says no before anything is planted', () => {
    expect(can(template, 'HttpPublic', 'dynamodb:DeleteItem', keys)).toBe(false);
    expect(can(template, 'HttpPublic', 'kms:Decrypt', wrap)).toBe(false);
    expect(can(template, 'HttpPublic', 's3:GetObject', arn.object('bundles'))).toBe(false);
  });

  it.each([
    ['everything', '*', '*'],
    ['a service', 'dynamodb:*', '*'],
    ['a wildcard inside an action', 'dynamodb:Delete*', '*'],
    ['one character', 'dynamodb:DeleteIte?', '*'],
    ['other letter case', 'DynamoDB:deleteitem', '*'],
    ['a wildcard inside a resource', 'dynamodb:DeleteItem', 'arn:aws:dynamodb:*:*:table/*'],
    ['a list', ['dynamodb:GetItem', 'dynamodb:DeleteItem'], ['arn:aws:s3:::x', keys]],
  ])('%s', (_, Action, Resource) => {
    expect(
      can(toRole({ Effect: 'Allow', Action, Resource }), 'HttpPublic', 'dynamodb:DeleteItem', keys),
    ).toBe(true);
  });

  it('a policy inside of the role', () => {
    const resources = planted('HttpPublic/Role', 'AWS::IAM::Role', (properties) => {
      properties['Policies'] = [{ PolicyName: 'x', PolicyDocument: { Statement: everything } }];
    });
    expect(can(resources, 'HttpPublic', 'dynamodb:DeleteItem', keys)).toBe(true);
  });

  it.each(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'])('an %s of its own', (Type) => {
    const resources = clone();
    const role = Object.entries(resources).find(([, each]) => pathOf(each) === 'HttpPublic/Role')?.[0];
    resources['Planted'] = {
      Type,
      Properties: { Roles: [{ Ref: role }], PolicyDocument: { Statement: [everything] } },
    };
    expect(can(resources, 'HttpPublic', 'dynamodb:DeleteItem', keys)).toBe(true);
  });

  it('a bucket policy that names the role, and only that role', () => {
    const role = {
      'Fn::GetAtt': [
        Object.entries(template).find(([, each]) => pathOf(each) === 'HttpPublic/Role')?.[0],
        'Arn',
      ],
    };
    const resources = planted(
      'Buckets/bundles',
      'AWS::S3::BucketPolicy',
      addTo('PolicyDocument', {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
        Principal: { AWS: role },
      }),
    );
    expect(can(resources, 'HttpPublic', 's3:GetObject', arn.object('bundles'))).toBe(true);
    expect(can(resources, 'HttpPublic', 's3:GetObject', arn.object('staging'))).toBe(false);
    expect(can(resources, 'HttpEnrol', 's3:GetObject', arn.object('bundles'))).toBe(false);
  });
});

describe('policy evaluator: keys', () => {
  const delegated = {
    Effect: 'Allow',
    Action: 'kms:*',
    Resource: '*',
    Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] } },
  };

  it('a role allowed everything by IAM does not open a key whose policy does not delegate', () => {
    expect(can(toRole(everything), 'HttpPublic', 'kms:Decrypt', wrap)).toBe(false);
  });

  it('a key policy that delegates to the account opens it to IAM', () => {
    const resources = toKey('wrap-ordinary', delegated);
    const policy = Object.values(resources).find(
      (each) => each.Type === 'AWS::IAM::Policy' && pathOf(each) === 'HttpPublic/Powers',
    );
    expect(can(resources, 'HttpPublic', 'kms:Decrypt', wrap)).toBe(false);
    (policy?.Properties['PolicyDocument'] as { Statement: object[] }).Statement.push(everything);
    expect(can(resources, 'HttpPublic', 'kms:Decrypt', wrap)).toBe(true);
  });

  it('a key policy that names everyone opens it', () => {
    const open = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: { AWS: '*' } };
    expect(can(toKey('wrap-ordinary', open), 'HttpPublic', 'kms:Decrypt', wrap)).toBe(true);
    expect(can(toKey('wrap-ordinary', open), 'HttpPublic', 'kms:Decrypt', arn.key('wrap-request'))).toBe(
      false,
    );
  });

  it('the storage key opens through a table or bucket of this account, and not else', () => {
    const storage = arn.key('storage');
    expect(can(template, 'HttpPublic', 'kms:Decrypt', storage)).toBe(false);
    const through = (service: string) => ({ 'kms:ViaService': service });
    expect(
      can(template, 'HttpPublic', 'kms:Decrypt', storage, through('s3.eu-central-1.amazonaws.com')),
    ).toBe(true);
    expect(
      can(template, 'HttpPublic', 'kms:Decrypt', storage, through('sqs.eu-central-1.amazonaws.com')),
    ).toBe(false);
    const stranger = { ...through('s3.eu-central-1.amazonaws.com'), 'kms:CallerAccount': '999999999999' };
    expect(can(template, 'HttpPublic', 'kms:Decrypt', storage, stranger)).toBe(false);
  });
});

describe('policy evaluator: refusals', () => {
  it('a Deny anywhere wins', () => {
    const sign = ['InvokedSign', 'kms:Sign', arn.key('evidence')] as const;
    expect(can(template, ...sign)).toBe(true);
    const denied = { Effect: 'Deny', Action: 'kms:Sign', Resource: '*' };
    expect(
      can(planted('InvokedSign/Powers', 'AWS::IAM::Policy', addTo('PolicyDocument', denied)), ...sign),
    ).toBe(false);
    expect(can(toKey('evidence', { ...denied, Principal: '*' }), ...sign)).toBe(false);
  });

  it('a condition whose key is absent does not hold', () => {
    const when = {
      Effect: 'Allow',
      Action: 'dynamodb:*',
      Resource: '*',
      Condition: { StringEquals: { 'x:y': 'z' } },
    };
    expect(can(toRole(when), 'HttpPublic', 'dynamodb:DeleteItem', keys)).toBe(false);
    expect(can(toRole(when), 'HttpPublic', 'dynamodb:DeleteItem', keys, { 'x:y': 'z' })).toBe(true);
  });

  it.each([
    ['NotAction', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: '*', NotResource: 'x' }],
    [
      'an unknown operator',
      { Effect: 'Allow', Action: '*', Resource: '*', Condition: { DateLessThan: { x: 'y' } } },
    ],
  ])('what it does not understand it refuses to judge: %s', (_, statement) => {
    expect(() => can(toRole(statement), 'HttpPublic', 'dynamodb:DeleteItem', keys)).toThrow(TypeError);
  });

  it('managed policies, which it cannot read, it refuses to judge', () => {
    const resources = planted('HttpPublic/Role', 'AWS::IAM::Role', (properties) => {
      properties['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    });
    expect(() => openPolicies(resources)).toThrow(TypeError);
  });
});
