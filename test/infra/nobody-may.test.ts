import { describe, expect, it } from 'vitest';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import { whoCan } from './actors.ts';
import { arn } from './physical-names.ts';

// Written by hand, and never derived from infra/powers: what no function of this release may do.
const tables = ['directory', 'index', 'records', 'keys', 'requests', 'ledger', 'sites', 'ephemeral'] as const;
/** Places where a profile's data is: one function deletes rows of them. */
const places = ['directory', 'index', 'records'] as const;
const wraps = ['wrap-ordinary', 'wrap-retained', 'wrap-request'] as const;
const buckets = ['staging', 'bundles'] as const;
const machines = ['Export', 'Erasure'] as const;

describe('nobody, in this release,', () => {
  const destructive = [
    'Scan',
    'PartiQLSelect',
    'PartiQLInsert',
    'PartiQLUpdate',
    'PartiQLDelete',
    'DeleteTable',
    'UpdateTable',
    'UpdateTimeToLive',
    'UpdateContinuousBackups',
    'CreateBackup',
    'ExportTableToPointInTime',
    'RestoreTableToPointInTime',
  ];
  it.each(tables)('scans, copies or alters the table %s', (table) => {
    for (const action of destructive)
      expect(whoCan(`dynamodb:${action}`, arn.table(table)), action).toEqual([]);
  });

  it.each(tables.filter((table) => table !== 'directory'))(
    'deletes a single row of the table %s',
    (table) => {
      expect(whoCan('dynamodb:DeleteItem', arn.table(table))).toEqual([]);
    },
  );

  it('deletes a single row of directory but the eraser, which ends tombstones by a condition', () => {
    expect(whoCan('dynamodb:DeleteItem', arn.table('directory'))).toEqual(['workflow/erase-rows']);
  });

  it.each(tables.filter((table) => !places.some((place) => place === table)))(
    'deletes rows of the table %s, in a batch either',
    (table) => {
      expect(whoCan('dynamodb:BatchWriteItem', arn.table(table))).toEqual([]);
    },
  );

  it.each(wraps)('sees a plain data key of %s, or makes a way around its policy', (key) => {
    const actions = [
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyPair',
      'ReEncryptFrom',
      'ReEncryptTo',
      'CreateGrant',
      'PutKeyPolicy',
      'ScheduleKeyDeletion',
      'DisableKey',
    ];
    for (const action of actions) expect(whoCan(`kms:${action}`, arn.key(key)), action).toEqual([]);
  });

  it('uses the key of tables and buckets directly', () => {
    for (const action of ['Decrypt', 'Encrypt', 'GenerateDataKey', 'CreateGrant'])
      expect(whoCan(`kms:${action}`, arn.key('storage')), action).toEqual([]);
  });

  it.each(buckets)('alters the bucket %s, or what it is made of', (bucket) => {
    for (const action of [
      'PutBucketPolicy',
      'DeleteBucketPolicy',
      'PutLifecycleConfiguration',
      'PutEncryptionConfiguration',
      'DeleteBucket',
    ])
      expect(whoCan(`s3:${action}`, arn.bucket(bucket)), action).toEqual([]);
    for (const action of ['PutObjectAcl', 'DeleteObjectVersion', 'RestoreObject'])
      expect(whoCan(`s3:${action}`, arn.object(bucket)), action).toEqual([]);
  });

  it('stops an execution, changes a machine, or changes a function', () => {
    for (const machine of machines) {
      expect(whoCan('states:StopExecution', arn.execution(machine))).toEqual([]);
      expect(whoCan('states:UpdateStateMachine', arn.machine(machine))).toEqual([]);
    }
    for (const name of functionNames)
      for (const action of ['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission'])
        expect(whoCan(`lambda:${action}`, arn.function(constructId(name)))).toEqual([]);
  });

  it('gives itself another role or policy', () => {
    for (const name of functionNames)
      for (const action of ['iam:PassRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'sts:AssumeRole'])
        expect(whoCan(action, arn.role(constructId(name)))).toEqual([]);
  });
});
