import { describe, expect, it } from 'vitest';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import { actors, can, whoCan, type Actor } from './actors.ts';
import { arn } from './physical-names.ts';

// Written by hand from the rules of separation, and never derived from infra/powers: the table there says what is given,
// this one what must not be.
const tables = ['directory', 'index', 'records', 'keys', 'requests', 'ledger', 'sites', 'ephemeral'] as const;
const wraps = ['wrap-ordinary', 'wrap-retained', 'wrap-request'] as const;
const buckets = ['staging', 'bundles'] as const;
const http = ['http/public', 'http/enrol', 'http/site-data', 'http/site-requests', 'http/subject'] as const;
const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'] as const;

describe('forbidden pairs: nobody, in this release', () => {
  const destructive = [
    'DeleteItem',
    'BatchWriteItem',
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
  it.each(tables)('deletes, scans, copies or alters the table %s', (table) => {
    for (const action of destructive)
      expect(whoCan(`dynamodb:${action}`, arn.table(table)), action).toEqual([]);
  });

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

  it('stops an execution, changes the machine, or changes a function', () => {
    expect(whoCan('states:StopExecution', arn.execution('Export'))).toEqual([]);
    expect(whoCan('states:UpdateStateMachine', arn.machine('Export'))).toEqual([]);
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

describe('forbidden pairs: two powers that never meet', () => {
  const mints = (actor: Actor): boolean =>
    wraps.some((key) => can(actor, 'kms:GenerateDataKeyWithoutPlaintext', arn.key(key)));
  const decrypts = (actor: Actor): boolean => wraps.some((key) => can(actor, 'kms:Decrypt', arn.key(key)));
  const onTable = (actor: Actor, table: string, actions: readonly string[]): string[] =>
    actions.filter((action) => can(actor, `dynamodb:${action}`, arn.table(table)));

  it('the tests below have someone to speak of', () => {
    expect(actors.filter(mints)).toEqual(['invoked/open-profile', 'invoked/open-request']);
    expect(actors.filter(decrypts)).toEqual([
      'http/site-data',
      'http/subject',
      'workflow/plan-work',
      'workflow/collect-pages',
      'workflow/build-bundle',
      'queue/send-message',
    ]);
  });

  it('who mints keys cannot decrypt', () => {
    expect(actors.filter((actor) => mints(actor) && decrypts(actor))).toEqual([]);
  });

  it('who decrypts cannot write keys', () => {
    for (const actor of actors.filter(decrypts)) expect(onTable(actor, 'keys', writes), actor).toEqual([]);
  });

  it('who exports deletes nothing', () => {
    for (const actor of [
      'workflow/collect-pages',
      'workflow/build-bundle',
      'workflow/conclude',
      'machine/export',
    ] as const)
      for (const bucket of buckets)
        expect(can(actor, 's3:DeleteObject', arn.object(bucket)), actor).toBe(false);
  });

  it('who deletes objects cannot read or write them, nor open a key', () => {
    for (const bucket of buckets) {
      expect(can('schedule/expire', 's3:GetObject', arn.object(bucket))).toBe(false);
      expect(can('schedule/expire', 's3:PutObject', arn.object(bucket))).toBe(false);
    }
    expect(decrypts('schedule/expire')).toBe(false);
  });

  it('who makes proofs neither releases on them nor reads data', () => {
    expect(can('invoked/verify', 'kms:VerifyMac', arn.key('proof'))).toBe(false);
    expect(can('invoked/release', 'kms:GenerateMac', arn.key('proof'))).toBe(false);
    for (const table of ['records', 'keys', 'directory'])
      expect(onTable('invoked/verify', table, ['GetItem', 'Query', ...writes])).toEqual([]);
    expect(decrypts('invoked/verify') || decrypts('invoked/release')).toBe(false);
  });

  it('who reads what is stored about people does not write it, but for the collecting function', () => {
    const readers = actors.filter((actor) => can(actor, 'dynamodb:Query', arn.table('records')));
    expect(readers).toEqual(['http/site-data', 'workflow/collect-pages']);
    expect(onTable('workflow/collect-pages', 'records', writes)).toEqual([]);
  });
});

describe('forbidden pairs: single functions', () => {
  it.each(http)('%s touches no bucket', (actor) => {
    for (const bucket of buckets) {
      for (const action of ['GetObject', 'PutObject', 'DeleteObject'])
        expect(can(actor, `s3:${action}`, arn.object(bucket))).toBe(false);
      expect(can(actor, 's3:ListBucket', arn.bucket(bucket))).toBe(false);
    }
  });

  it.each(http)(
    'A17: %s makes no proof, signs nothing, mints no key, starts no work, sends no mail or text message',
    (actor) => {
      for (const action of ['GenerateMac', 'VerifyMac'])
        expect(can(actor, `kms:${action}`, arn.key('proof'))).toBe(false);
      expect(can(actor, 'kms:Sign', arn.key('evidence'))).toBe(false);
      for (const key of wraps)
        expect(can(actor, 'kms:GenerateDataKeyWithoutPlaintext', arn.key(key))).toBe(false);
      expect(can(actor, 'states:StartExecution', arn.machine('Export'))).toBe(false);
      expect(can(actor, 'ses:SendEmail', arn.identity('Identity'))).toBe(false);
      expect(can(actor, 'sns:Publish', '+4915112345678')).toBe(false);
      expect(can(actor, 'lambda:InvokeFunction', arn.function('InvokedSign'))).toBe(false);
    },
  );

  it('http/public reads and writes no table and opens no wrapped key', () => {
    for (const table of tables)
      for (const action of ['GetItem', 'BatchGetItem', 'Query', ...writes])
        expect(can('http/public', `dynamodb:${action}`, arn.table(table))).toBe(false);
  });

  it('the open intakes read no record, and open keys of requests at most', () => {
    for (const actor of ['http/subject', 'http/site-requests'] as const) {
      for (const action of ['GetItem', 'BatchGetItem', 'Query', ...writes])
        expect(can(actor, `dynamodb:${action}`, arn.table('records'))).toBe(false);
      for (const key of ['wrap-ordinary', 'wrap-retained'])
        expect(can(actor, 'kms:Decrypt', arn.key(key))).toBe(false);
      expect(can(actor, 'lambda:InvokeFunction', arn.function('InvokedOpenProfile'))).toBe(false);
    }
  });

  it('http/site-data touches no request', () => {
    for (const table of ['requests', 'ledger'])
      for (const action of ['GetItem', 'Query', ...writes])
        expect(can('http/site-data', `dynamodb:${action}`, arn.table(table))).toBe(false);
    expect(can('http/site-data', 'kms:Decrypt', arn.key('wrap-request'))).toBe(false);
  });

  it('open-request can mint no key of a profile, open-profile none of a request', () => {
    for (const key of ['wrap-ordinary', 'wrap-retained'])
      expect(can('invoked/open-request', 'kms:GenerateDataKeyWithoutPlaintext', arn.key(key))).toBe(false);
    expect(can('invoked/open-profile', 'kms:GenerateDataKeyWithoutPlaintext', arn.key('wrap-request'))).toBe(
      false,
    );
  });

  it('collect-pages writes no table', () => {
    for (const table of tables)
      for (const action of writes)
        expect(can('workflow/collect-pages', `dynamodb:${action}`, arn.table(table))).toBe(false);
  });

  it('build-bundle reads neither records nor directory, and opens keys of requests only', () => {
    for (const table of ['records', 'directory'])
      for (const action of ['GetItem', 'BatchGetItem', 'Query'])
        expect(can('workflow/build-bundle', `dynamodb:${action}`, arn.table(table))).toBe(false);
    for (const key of ['wrap-ordinary', 'wrap-retained'])
      expect(can('workflow/build-bundle', 'kms:Decrypt', arn.key(key))).toBe(false);
  });

  it('conclude, start-work, reconcile, lapse and expire use no key at all', () => {
    const quiet = [
      'workflow/conclude',
      'queue/start-work',
      'schedule/reconcile',
      'schedule/lapse',
      'schedule/expire',
    ] as const;
    for (const actor of quiet) {
      for (const key of wraps) expect(can(actor, 'kms:Decrypt', arn.key(key))).toBe(false);
      for (const key of ['index', 'code', 'proof', 'site-auth'])
        for (const action of ['GenerateMac', 'VerifyMac'])
          expect(can(actor, `kms:${action}`, arn.key(key))).toBe(false);
      expect(can(actor, 'kms:Sign', arn.key('evidence'))).toBe(false);
    }
  });

  it('sign reads no ledger row it could forge, no record, no key, no object', () => {
    for (const action of writes)
      expect(can('invoked/sign', `dynamodb:${action}`, arn.table('ledger'))).toBe(false);
    for (const table of ['records', 'keys', 'directory'])
      expect(can('invoked/sign', 'dynamodb:GetItem', arn.table(table))).toBe(false);
    for (const bucket of buckets) expect(can('invoked/sign', 's3:GetObject', arn.object(bucket))).toBe(false);
  });

  it('the machine calls the four functions of its steps, and does nothing else', () => {
    const called = functionNames.filter((name) =>
      can('machine/export', 'lambda:InvokeFunction', arn.function(constructId(name))),
    );
    expect(called).toEqual([
      'workflow/plan-work',
      'workflow/collect-pages',
      'workflow/build-bundle',
      'workflow/conclude',
    ]);
    for (const table of tables)
      expect(can('machine/export', 'dynamodb:GetItem', arn.table(table))).toBe(false);
  });
});
