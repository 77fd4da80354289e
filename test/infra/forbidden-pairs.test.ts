import { describe, expect, it } from 'vitest';
import { functionNames } from '#infra/powers/functions.ts';
import { actors, can, type Actor } from './actors.ts';
import { arn } from './physical-names.ts';

// Written by hand from the rules of separation, and never derived from infra/powers: the table there says what is given,
// this one what must not be.
const tables = ['directory', 'index', 'records', 'keys', 'requests', 'ledger', 'sites', 'ephemeral'] as const;
const wraps = ['wrap-ordinary', 'wrap-retained', 'wrap-request'] as const;
const buckets = ['staging', 'bundles'] as const;
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
