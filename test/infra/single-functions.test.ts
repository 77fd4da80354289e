import { describe, expect, it } from 'vitest';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import { can, type Actor } from './actors.ts';
import { arn } from './physical-names.ts';

// Written by hand from the rules of separation, and never derived from infra/powers: the table there says what is given,
// this one what must not be.
const tables = ['directory', 'index', 'records', 'keys', 'requests', 'ledger', 'sites', 'ephemeral'] as const;
const wraps = ['wrap-ordinary', 'wrap-retained', 'wrap-request'] as const;
const buckets = ['staging', 'bundles'] as const;
const http = ['http/public', 'http/enrol', 'http/site-data', 'http/site-requests', 'http/subject'] as const;
const machines = ['Export', 'Erasure'] as const;
const reads = ['GetItem', 'BatchGetItem', 'Query'] as const;
const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'] as const;
/** Places where a profile's data is. */
/** Of these actions, those that an actor may take on a table. */
const onTable = (actor: Actor, table: string, actions: readonly string[]): string[] =>
  actions.filter((action) => can(actor, `dynamodb:${action}`, arn.table(table)));

describe('powers of single functions', () => {
  it.each(http)('%s touches no bucket', (actor) => {
    for (const bucket of buckets) {
      for (const action of ['GetObject', 'PutObject', 'DeleteObject'])
        expect(can(actor, `s3:${action}`, arn.object(bucket))).toBe(false);
      expect(can(actor, 's3:ListBucket', arn.bucket(bucket))).toBe(false);
    }
  });

  it.each(http)(
    'A17: %s makes no proof and no plan, signs nothing, mints and destroys no key, starts no work, deletes no row, sends no mail or text message',
    (actor) => {
      for (const key of ['proof', 'plan', 'notice', 'count-found', 'count-erased', 'count-seen'])
        for (const action of ['GenerateMac', 'VerifyMac'])
          expect(can(actor, `kms:${action}`, arn.key(key))).toBe(false);
      expect(can(actor, 'kms:Sign', arn.key('evidence'))).toBe(false);
      for (const key of wraps)
        expect(can(actor, 'kms:GenerateDataKeyWithoutPlaintext', arn.key(key))).toBe(false);
      for (const machine of machines)
        expect(can(actor, 'states:StartExecution', arn.machine(machine))).toBe(false);
      expect(can(actor, 'dynamodb:UpdateItem', arn.table('keys'))).toBe(false);
      for (const table of tables)
        for (const action of ['DeleteItem', 'BatchWriteItem'])
          expect(can(actor, `dynamodb:${action}`, arn.table(table))).toBe(false);
      expect(can(actor, 'ses:SendEmail', arn.identity('Identity'))).toBe(false);
      expect(can(actor, 'sns:Publish', '+4915112345678')).toBe(false);
      for (const name of functionNames.filter(
        (each) => each === 'invoked/sign' || !each.startsWith('invoked/'),
      ))
        expect(can(actor, 'lambda:InvokeFunction', arn.function(constructId(name))), name).toBe(false);
    },
  );

  it('http/public reads and writes no table and opens no wrapped key', () => {
    for (const table of tables) expect(onTable('http/public', table, [...reads, ...writes])).toEqual([]);
  });

  it('A10: http/enrol asks for the code to a contact, and neither makes, checks nor sends it', () => {
    expect(can('http/enrol', 'kms:GenerateMac', arn.key('code'))).toBe(false);
    expect(can('http/enrol', 'sqs:SendMessage', arn.queue('effects'))).toBe(false);
    for (const table of ['requests', 'directory', 'records', 'keys'] as const)
      expect(onTable('http/enrol', table, [...reads, ...writes])).toEqual([]);
    // Nor can those who know the code write what it confirms.
    for (const actor of ['queue/send-message', 'invoked/verify'] as const)
      expect(onTable(actor, 'sites', writes)).toEqual([]);
  });

  it('the open intakes read no record, and open keys of requests at most', () => {
    for (const actor of ['http/subject', 'http/site-requests'] as const) {
      expect(onTable(actor, 'records', [...reads, ...writes])).toEqual([]);
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
    for (const table of tables) expect(onTable('workflow/collect-pages', table, writes)).toEqual([]);
  });

  it('build-bundle reads neither records nor directory, and opens keys of requests only', () => {
    for (const table of ['records', 'directory'])
      expect(onTable('workflow/build-bundle', table, reads)).toEqual([]);
    for (const key of ['wrap-ordinary', 'wrap-retained'])
      expect(can('workflow/build-bundle', 'kms:Decrypt', arn.key(key))).toBe(false);
  });

  it('A17: conclude checks what was planned and counted, and uses no key otherwise', () => {
    const actor = 'workflow/conclude';
    for (const key of wraps) expect(can(actor, 'kms:Decrypt', arn.key(key))).toBe(false);
    const macs = [
      ...['index', 'code', 'proof', 'choice', 'plan', 'notice'],
      ...['count-found', 'count-erased', 'count-seen', 'site-auth'],
    ];
    expect(macs.filter((key) => can(actor, 'kms:GenerateMac', arn.key(key)))).toEqual([]);
    const checked = ['plan', 'count-found', 'count-seen'];
    expect(macs.filter((key) => can(actor, 'kms:VerifyMac', arn.key(key)))).toEqual(checked);
    expect(can(actor, 'kms:Sign', arn.key('evidence'))).toBe(false);
  });

  it('start-work, reconcile, lapse and expire use no key at all', () => {
    const quiet = ['queue/start-work', 'schedule/reconcile', 'schedule/lapse', 'schedule/expire'] as const;
    for (const actor of quiet) {
      for (const key of wraps) expect(can(actor, 'kms:Decrypt', arn.key(key))).toBe(false);
      for (const key of [
        'index',
        'code',
        'proof',
        'choice',
        'plan',
        'notice',
        'count-found',
        'count-erased',
        'count-seen',
        'site-auth',
      ])
        for (const action of ['GenerateMac', 'VerifyMac'])
          expect(can(actor, `kms:${action}`, arn.key(key))).toBe(false);
      expect(can(actor, 'kms:Sign', arn.key('evidence'))).toBe(false);
    }
  });

  it('preserve-held writes no key, no index and no object, and deletes nothing', () => {
    for (const table of ['keys', 'index'])
      expect(onTable('workflow/preserve-held', table, writes), table).toEqual([]);
    for (const bucket of buckets)
      for (const action of ['GetObject', 'PutObject', 'DeleteObject'])
        expect(can('workflow/preserve-held', `s3:${action}`, arn.object(bucket))).toBe(false);
    expect(can('workflow/preserve-held', 'kms:Decrypt', arn.key('wrap-request'))).toBe(false);
  });

  it('sign reads no ledger row it could forge, no record, no key, no object', () => {
    for (const action of writes)
      expect(can('invoked/sign', `dynamodb:${action}`, arn.table('ledger'))).toBe(false);
    for (const table of ['records', 'keys', 'directory'])
      expect(can('invoked/sign', 'dynamodb:GetItem', arn.table(table))).toBe(false);
    for (const bucket of buckets) expect(can('invoked/sign', 's3:GetObject', arn.object(bucket))).toBe(false);
  });

  it.each([
    {
      machine: 'machine/export' as const,
      steps: ['workflow/plan-work', 'workflow/collect-pages', 'workflow/build-bundle', 'workflow/conclude'],
    },
    {
      machine: 'machine/erasure' as const,
      steps: [
        'invoked/sign',
        'workflow/plan-work',
        'workflow/preserve-held',
        'workflow/destroy-keys',
        'workflow/erase-rows',
        'workflow/scan-places',
        'workflow/conclude',
      ],
    },
  ])('$machine calls the functions of its steps, and does nothing else', ({ machine, steps }) => {
    const called = functionNames.filter((name) =>
      can(machine, 'lambda:InvokeFunction', arn.function(constructId(name))),
    );
    expect(called).toEqual(steps);
    for (const table of tables) expect(onTable(machine, table, [...reads, ...writes])).toEqual([]);
    for (const key of [...wraps, 'proof', 'plan', 'count-found', 'count-erased', 'count-seen', 'evidence'])
      for (const action of ['Decrypt', 'GenerateMac', 'VerifyMac', 'Sign'])
        expect(can(machine, `kms:${action}`, arn.key(key))).toBe(false);
  });
});
