import { describe, expect, it } from 'vitest';
import { createNamer } from './physical-names.ts';
import { readStatements } from './policy-statement.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const keys = new Map(
  ofType(template, 'AWS::KMS::Key').map(([path, properties]) => [path.replace('Keys/', ''), properties]),
);
const root = 'arn:aws:iam::111122223333:root';
const statements = (key: string) => readStatements(keys.get(key)?.['KeyPolicy'], createNamer(template));

/** Every KMS action that uses a key, or gives its use to others. */
const uses = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateMac',
  'kms:VerifyMac',
  'kms:Sign',
  'kms:Verify',
  'kms:DeriveSharedSecret',
  'kms:CreateGrant',
];

describe('keys', () => {
  it('are fifteen, each of its kind; symmetric ones rotate', () => {
    const kinds = Object.fromEntries(
      [...keys].map(([name, { KeySpec, KeyUsage, EnableKeyRotation }]) => [
        name,
        [KeySpec, KeyUsage, EnableKeyRotation],
      ]),
    );
    const symmetric = ['SYMMETRIC_DEFAULT', undefined, true];
    const hmac = ['HMAC_256', 'GENERATE_VERIFY_MAC', undefined];
    expect(kinds).toEqual({
      storage: symmetric,
      'wrap-ordinary': symmetric,
      'wrap-retained': symmetric,
      'wrap-request': symmetric,
      index: hmac,
      proof: hmac,
      code: hmac,
      choice: hmac,
      plan: hmac,
      notice: hmac,
      'count-found': hmac,
      'count-erased': hmac,
      'count-seen': hmac,
      'site-auth': hmac,
      evidence: ['ECC_NIST_P256', 'SIGN_VERIFY', undefined],
    });
  });

  it.each([...keys.keys()])(
    'G26: the account cares for %s and cannot use it, by no wildcard either',
    (key) => {
      const given = statements(key).filter(({ principals }) => principals?.includes(root));
      expect(given).toHaveLength(1);
      const actions = given.flatMap((statement) => statement.actions);
      expect(actions.filter((action) => uses.includes(action) || action.includes('*'))).toEqual([]);
      expect(actions).toContain('kms:PutKeyPolicy'); // Else nobody could ever mend the policy.
    },
  );

  it.each([...keys.keys()].filter((key) => key !== 'storage'))(
    '%s is opened to roles of functions by name only',
    (key) => {
      const others = statements(key).filter(({ principals }) => !principals?.includes(root));
      expect(others.length).toBeGreaterThan(0);
      for (const { effect, actions, principals, conditions } of others) {
        expect(effect).toBe('Allow');
        expect(conditions).toEqual({});
        expect(principals).toEqual([
          expect.stringMatching(/^arn:aws:iam::111122223333:role\/(Http|Invoked|Workflow|Queue)\w+$/),
        ]);
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      }
    },
  );

  it('the storage key opens through tables and buckets of this account only', () => {
    const open = statements('storage').filter(({ principals }) => principals?.includes('*'));
    expect(open.map(({ conditions }) => conditions)).toEqual([
      {
        StringEquals: {
          'kms:CallerAccount': ['111122223333'],
          'kms:ViaService': ['dynamodb.eu-central-1.amazonaws.com', 's3.eu-central-1.amazonaws.com'],
        },
      },
    ]);
  });

  it('none can be used from another region or account', () => {
    for (const [name, { MultiRegion }] of keys) expect(MultiRegion, name).toBeUndefined();
    for (const name of keys.keys())
      for (const { principals = [] } of statements(name))
        for (const principal of principals) expect(principal).toMatch(/^(\*|arn:aws:iam::111122223333:.+)$/);
  });
});
