import path from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { functionNames } from '#infra/powers/functions.ts';
import { powers } from '#infra/powers/powers.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What a function's own code comes down to: shared code that it does not reach is shaken off, packages are left out. */
const code = new Map(
  buildSync({
    entryPoints: functionNames.map((name) => ({
      in: path.join(root, 'functions', name, 'handler.ts'),
      out: name,
    })),
    outdir: root,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
  }).outputFiles.map(({ path: file, text }) => [path.relative(root, file).replace(/\.js$/, ''), text]),
);

/** How the use of an action shows in code: a command of its own, or an item of a transaction. */
const shows: Record<string, RegExp> = {
  'dynamodb:GetItem': /new GetCommand\d*\(/,
  'dynamodb:BatchGetItem': /new BatchGetCommand\d*\(/,
  'dynamodb:BatchWriteItem': /new BatchWriteCommand\d*\(/,
  'dynamodb:Query': /new QueryCommand\d*\(/,
  'dynamodb:PutItem': /new PutCommand\d*\(|\bPut: /,
  'dynamodb:UpdateItem': /new UpdateCommand\d*\(|\bUpdate: /,
  'dynamodb:DeleteItem': /new DeleteCommand\d*\(|\bDelete: /,
  'dynamodb:ConditionCheckItem': /\bConditionCheck: /,
  's3:ListBucket': /new ListObjectsV2Command\d*\(|paginateListObjectsV2/,
  's3:DeleteObject': /new DeleteObjects?Command\d*\(/,
  's3:PutObject': /new PutObjectCommand\d*\(|new Upload\d*\(/,
  's3:ListBucketMultipartUploads': /new ListMultipartUploadsCommand\d*\(/,
  's3:AbortMultipartUpload': /new (?:Upload|AbortMultipartUploadCommand)\d*\(/,
  'lambda:InvokeFunction': /new InvokeCommand\d*\(/,
};
const showsAs = (action: string): RegExp =>
  shows[action] ?? new RegExp(`new ${action.slice(action.indexOf(':') + 1)}Command\\d*\\(`);

/** Done by Lambda for a function that a queue feeds, not by its code. */
const byService = new Set(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']);

describe('powers and code', () => {
  it.each(functionNames)(
    '%s uses every action that it is given, and is given every action that it uses',
    (name) => {
      const text = code.get(`functions/${name}`) ?? code.get(name) ?? '';
      expect(text.length).toBeGreaterThan(500);
      const given = new Set(powers[name].flatMap(({ actions }) => actions));
      const unused = [...given].filter((action) => !byService.has(action) && !showsAs(action).test(text));
      expect(unused).toEqual([]);

      const tables = [
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'ConditionCheckItem',
        'DeleteItem',
        'Scan',
        'BatchWriteItem',
      ];
      const used = tables
        .map((action) => `dynamodb:${action}`)
        .filter((action) => showsAs(action).test(text));
      // Every HTTP function has the idempotency code, but only one with a table for it runs it.
      const expected = name === 'http/public' ? [] : used;
      expect([...given].filter((action) => action.startsWith('dynamodb:')).toSorted()).toEqual(
        expected.toSorted(),
      );
    },
  );
});
