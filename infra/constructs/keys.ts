import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  PolicyDocument,
  PolicyStatement,
  type IRole,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage, type KeyProps } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { KeyName, Power } from '#infra/powers/power.ts';

export type Keys = Record<KeyName, Key>;

const symmetric = { keySpec: KeySpec.SYMMETRIC_DEFAULT, enableKeyRotation: true } as const;
const hmac = { keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC } as const;
const signing = { keySpec: KeySpec.ECC_NIST_P256, keyUsage: KeyUsage.SIGN_VERIFY } as const;

/** design.md 4: apart by ARN, since powers are granted by ARN. KMS rotates symmetric keys only. */
const kinds: Record<KeyName, Pick<KeyProps, 'keySpec' | 'keyUsage' | 'enableKeyRotation' | 'description'>> = {
  storage: { ...symmetric, description: 'data-rights: tables and buckets at rest' },
  'wrap-ordinary': { ...symmetric, description: 'data-rights: wraps keys of erasable data' },
  'wrap-retained': { ...symmetric, description: 'data-rights: wraps keys of data with a legal term' },
  'wrap-request': { ...symmetric, description: 'data-rights: wraps the key of each request' },
  index: { ...hmac, description: 'data-rights: keyed hashes of identifiers' },
  code: { ...hmac, description: 'data-rights: MACs of one-time codes' },
  proof: { ...hmac, description: 'data-rights: MACs of proofs of identity' },
  choice: { ...hmac, description: 'data-rights: MACs of what was chosen when a request started' },
  plan: { ...hmac, description: 'data-rights: MACs of announcements and of the tasks of a plan' },
  notice: { ...hmac, description: 'data-rights: MACs of notices that went out' },
  'count-found': { ...hmac, description: 'data-rights: MACs of what an erasure found' },
  'count-erased': { ...hmac, description: 'data-rights: MACs of what an erasure erased' },
  'count-seen': { ...hmac, description: 'data-rights: MACs of what the second look saw' },
  'site-auth': { ...hmac, description: 'data-rights: derives the secrets of sites' },
  evidence: { ...signing, description: 'data-rights: signs bundles and receipts' },
};

export function createKeys(scope: Construct, { keepData }: Pick<Stage, 'keepData'>): Keys {
  const place = new Construct(scope, 'Keys');
  const create = (name: KeyName): Key =>
    new Key(place, name, {
      ...kinds[name],
      policy: new PolicyDocument({
        statements: name === 'storage' ? [administration(), atRest(Stack.of(scope))] : [administration()],
      }),
      pendingWindow: Duration.days(keepData ? 30 : 7),
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  return {
    storage: create('storage'),
    'wrap-ordinary': create('wrap-ordinary'),
    'wrap-retained': create('wrap-retained'),
    'wrap-request': create('wrap-request'),
    index: create('index'),
    code: create('code'),
    proof: create('proof'),
    plan: create('plan'),
    notice: create('notice'),
    choice: create('choice'),
    'count-found': create('count-found'),
    'count-erased': create('count-erased'),
    'count-seen': create('count-seen'),
    'site-auth': create('site-auth'),
    evidence: create('evidence'),
  };
}

/**
 * Names the role in the policy of each key that its powers name. The account is given no cryptographic action, so an IAM
 * policy alone, however wide, opens none of these keys.
 */
export function nameRoleInKeyPolicies(keys: Keys, role: IRole, powers: readonly Power[]): void {
  for (const { on, actions } of powers) {
    if (!on.startsWith('key/')) continue;
    keys[on.slice('key/'.length) as KeyName].addToResourcePolicy(
      new PolicyStatement({
        principals: [new ArnPrincipal(role.roleArn)],
        actions: [...actions],
        resources: ['*'],
      }),
    );
  }
}

/**
 * What the account may delegate by IAM: care of the key, never its use. No CreateGrant: a grant would be a way to use it.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const administration = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'AccountAdministers',
    principals: [new AccountRootPrincipal()],
    actions: [
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:PutKeyPolicy',
      'kms:ListKeyPolicies',
      'kms:GetKeyRotationStatus',
      'kms:EnableKeyRotation',
      'kms:DisableKeyRotation',
      'kms:ListKeyRotations',
      'kms:EnableKey',
      'kms:DisableKey',
      'kms:UpdateKeyDescription',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:ListResourceTags',
      'kms:CreateAlias',
      'kms:UpdateAlias',
      'kms:DeleteAlias',
      'kms:ListGrants',
      'kms:RevokeGrant',
      'kms:ScheduleKeyDeletion',
      'kms:CancelKeyDeletion',
    ],
    resources: ['*'],
  });

/**
 * As the keys that AWS manages for DynamoDB and S3: whoever of this account may read the table or bucket, through that
 * service only. DynamoDB works by grants, hence CreateGrant.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const atRest = (stack: Stack): PolicyStatement =>
  new PolicyStatement({
    sid: 'ThroughTablesAndBuckets',
    principals: [new AnyPrincipal()],
    actions: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:CreateGrant',
      'kms:DescribeKey',
    ],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:CallerAccount': stack.account,
        'kms:ViaService': [`dynamodb.${stack.region}.amazonaws.com`, `s3.${stack.region}.amazonaws.com`],
      },
    },
  });
