import { describe, expect, it } from 'vitest';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import { actors, can, type Actor } from './actors.ts';
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
const places = ['directory', 'index', 'records'] as const;
/** Of these actions, those that an actor may take on a table. */
const onTable = (actor: Actor, table: string, actions: readonly string[]): string[] =>
  actions.filter((action) => can(actor, `dynamodb:${action}`, arn.table(table)));

describe('forbidden pairs: two powers that never meet', () => {
  const mints = (actor: Actor): boolean =>
    wraps.some((key) => can(actor, 'kms:GenerateDataKeyWithoutPlaintext', arn.key(key)));
  const decrypts = (actor: Actor): boolean => wraps.some((key) => can(actor, 'kms:Decrypt', arn.key(key)));
  const destroys = (actor: Actor): boolean =>
    onTable(actor, 'keys', ['UpdateItem', 'DeleteItem', 'BatchWriteItem']).length > 0;
  const deletesRows = (actor: Actor): boolean =>
    tables.some((table) => onTable(actor, table, ['DeleteItem', 'BatchWriteItem']).length > 0);
  const deletesObjects = (actor: Actor): boolean =>
    buckets.some((bucket) => can(actor, 's3:DeleteObject', arn.object(bucket)));
  const writesLedger = (actor: Actor): boolean => onTable(actor, 'ledger', writes).length > 0;
  const testifies = (actor: Actor): boolean => can(actor, 'kms:Sign', arn.key('evidence'));
  const calls = (actor: Actor, name: string): boolean =>
    can(actor, 'lambda:InvokeFunction', arn.function(name));

  it('the tests below have someone to speak of', () => {
    expect(actors.filter(mints)).toEqual(['invoked/open-profile', 'invoked/open-request']);
    expect(actors.filter(decrypts)).toEqual([
      'http/site-data',
      'http/site-requests',
      'http/subject',
      'workflow/plan-work',
      'workflow/collect-pages',
      'workflow/build-bundle',
      'workflow/preserve-held',
      'queue/send-message',
    ]);
    expect(actors.filter(destroys)).toEqual(['workflow/destroy-keys']);
    expect(actors.filter(deletesRows)).toEqual(['workflow/erase-rows']);
    expect(actors.filter(deletesObjects)).toEqual(['workflow/erase-rows', 'schedule/expire']);
    expect(actors.filter(testifies)).toEqual(['invoked/sign']);
    expect(actors.filter(writesLedger)).toContain('workflow/scan-places');
  });

  it('who mints keys cannot decrypt, and destroys none', () => {
    expect(actors.filter((actor) => mints(actor) && (decrypts(actor) || destroys(actor)))).toEqual([]);
  });

  it('who decrypts cannot write keys, nor have them destroyed', () => {
    for (const actor of actors.filter(decrypts)) {
      expect(onTable(actor, 'keys', writes), actor).toEqual([]);
      expect(calls(actor, 'WorkflowDestroyKeys'), actor).toBe(false);
    }
  });

  it('who decrypts deletes nothing', () => {
    expect(
      actors.filter((actor) => decrypts(actor) && (deletesRows(actor) || deletesObjects(actor))),
    ).toEqual([]);
  });

  it('who destroys keys cannot decrypt, makes none, and reads no record, identifier index or object', () => {
    for (const actor of actors.filter(destroys)) {
      expect(decrypts(actor) || mints(actor), actor).toBe(false);
      expect(onTable(actor, 'keys', ['PutItem', 'DeleteItem', 'BatchWriteItem']), actor).toEqual([]);
      for (const table of ['records', 'index'])
        expect(onTable(actor, table, [...reads, ...writes]), actor).toEqual([]);
      for (const bucket of buckets) expect(can(actor, 's3:GetObject', arn.object(bucket)), actor).toBe(false);
    }
  });

  it('A6: who deletes rows says nothing in the ledger, opens no key and sees none', () => {
    for (const actor of actors.filter(deletesRows)) {
      expect(writesLedger(actor), actor).toBe(false);
      expect(decrypts(actor), actor).toBe(false);
      expect(onTable(actor, 'keys', [...reads, ...writes]), actor).toEqual([]);
    }
  });

  it('A6: who looks again at what is left changes no place, deletes nothing and opens no key', () => {
    const actor = 'workflow/scan-places';
    for (const table of [...places, 'keys'] as const) {
      expect(onTable(actor, table, ['Query', 'GetItem']), table).not.toEqual([]);
      expect(onTable(actor, table, writes), table).toEqual([]);
    }
    for (const bucket of buckets) {
      expect(can(actor, 's3:ListBucket', arn.bucket(bucket))).toBe(true);
      for (const action of ['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload'])
        expect(can(actor, `s3:${action}`, arn.object(bucket)), action).toBe(false);
    }
    expect(deletesRows(actor) || decrypts(actor) || destroys(actor)).toBe(false);
  });

  it('A6: who signs what was done has done none of it: no row or object deleted, no key destroyed, no event written', () => {
    const does = (actor: Actor): boolean =>
      deletesRows(actor) || deletesObjects(actor) || destroys(actor) || writesLedger(actor);
    expect(actors.filter((actor) => testifies(actor) && does(actor))).toEqual([]);
    // Nor does a function that deletes or destroys have anything signed.
    const erasing = functionNames.filter(
      (name) => deletesRows(name) || deletesObjects(name) || destroys(name),
    );
    expect(erasing.filter((name) => calls(name, 'InvokedSign'))).toEqual([]);
  });

  it('A17: who plans deletes nothing and destroys nothing; who does cannot plan', () => {
    const plans = (actor: Actor): boolean => can(actor, 'kms:GenerateMac', arn.key('plan'));
    expect(actors.filter(plans)).toEqual(['workflow/plan-work']);
    for (const actor of actors.filter(plans))
      expect(deletesRows(actor) || deletesObjects(actor) || destroys(actor), actor).toBe(false);
  });

  it('A6, A17: who counts one thing of an erasure can count no other, and neither plans, destroys a key nor signs', () => {
    const counts = ['count-found', 'count-erased', 'count-seen'];
    const countsOf = (actor: Actor): string[] =>
      counts.filter((key) => can(actor, 'kms:GenerateMac', arn.key(key)));
    const counters = actors.filter((actor) => countsOf(actor).length > 0);
    expect(counters.map((actor) => [actor, countsOf(actor)])).toEqual([
      ['workflow/preserve-held', ['count-found']],
      ['workflow/erase-rows', ['count-erased']],
      ['workflow/scan-places', ['count-seen']],
    ]);
    for (const actor of counters)
      expect(
        can(actor, 'kms:GenerateMac', arn.key('plan')) || destroys(actor) || testifies(actor),
        actor,
      ).toBe(false);
    // Who looks again has changed nothing of what it looks at.
    expect(deletesRows('workflow/scan-places') || deletesObjects('workflow/scan-places')).toBe(false);
  });

  it('who exports deletes nothing', () => {
    for (const actor of [
      'workflow/collect-pages',
      'workflow/build-bundle',
      'workflow/conclude',
      'machine/export',
    ] as const)
      expect(deletesObjects(actor) || deletesRows(actor) || destroys(actor), actor).toBe(false);
  });

  it('who deletes objects cannot read or write them, nor open a key', () => {
    for (const actor of actors.filter(deletesObjects)) {
      for (const bucket of buckets) {
        expect(can(actor, 's3:GetObject', arn.object(bucket)), actor).toBe(false);
        expect(can(actor, 's3:PutObject', arn.object(bucket)), actor).toBe(false);
      }
      expect(decrypts(actor), actor).toBe(false);
    }
  });

  it('who makes proofs neither releases on them nor reads data', () => {
    expect(can('invoked/verify', 'kms:VerifyMac', arn.key('proof'))).toBe(false);
    expect(can('invoked/release', 'kms:GenerateMac', arn.key('proof'))).toBe(false);
    for (const table of ['records', 'keys', 'directory'])
      expect(onTable('invoked/verify', table, ['GetItem', 'Query', ...writes])).toEqual([]);
    expect(decrypts('invoked/verify') || decrypts('invoked/release')).toBe(false);
  });

  it('who reads what is stored about people does not change it, but for who collects, preserves or erases it', () => {
    const readers = actors.filter((actor) => onTable(actor, 'records', reads).length > 0);
    expect(readers.map((actor) => [actor, onTable(actor, 'records', writes)])).toEqual([
      ['http/site-data', ['PutItem']],
      ['workflow/plan-work', []],
      ['workflow/collect-pages', []],
      ['workflow/preserve-held', ['PutItem']],
      ['workflow/erase-rows', ['BatchWriteItem']],
      ['workflow/scan-places', []],
    ]);
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
    'A17: %s makes no proof and no plan, signs nothing, mints and destroys no key, starts no work, deletes no row, sends no mail or text message',
    (actor) => {
      for (const key of ['proof', 'plan', 'count-found', 'count-erased', 'count-seen'])
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
    const macs = ['index', 'code', 'proof', 'plan', 'count-found', 'count-erased', 'count-seen', 'site-auth'];
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
        'plan',
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
