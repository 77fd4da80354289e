import { describe, expect, it } from 'vitest';
import { whoCan, type Actor } from './actors.ts';
import { arn } from './physical-names.ts';

// Written by hand, and never derived from infra/powers: whoever is added to one of these lines is added on purpose.
describe('only these may', () => {
  const only: [string, string, Actor[]][] = [
    ['dynamodb:PutItem', arn.table('keys'), ['invoked/open-profile', 'invoked/open-request']],
    ['dynamodb:UpdateItem', arn.table('keys'), []],
    ['dynamodb:UpdateItem', arn.table('ledger'), []],
    ['dynamodb:PutItem', arn.table('records'), ['http/site-data']],
    ['dynamodb:UpdateItem', arn.table('records'), []],
    ['dynamodb:PutItem', arn.table('index'), ['http/site-data']],
    ['dynamodb:UpdateItem', arn.table('index'), []],
    ['dynamodb:UpdateItem', arn.table('directory'), []],
    ['dynamodb:PutItem', arn.table('sites'), ['http/enrol']],
    ['dynamodb:UpdateItem', arn.table('sites'), ['http/enrol']],
    ['dynamodb:Query', arn.table('index'), ['http/subject', 'workflow/plan-work']],
    [
      'dynamodb:PutItem',
      arn.table('directory'),
      ['http/site-data', 'invoked/open-profile', 'workflow/plan-work'],
    ],
    [
      'kms:Decrypt',
      arn.key('wrap-ordinary'),
      ['http/site-data', 'workflow/plan-work', 'workflow/collect-pages'],
    ],
    ['kms:Decrypt', arn.key('wrap-retained'), ['http/site-data', 'workflow/collect-pages']],
    [
      'kms:Decrypt',
      arn.key('wrap-request'),
      [
        'http/subject',
        'workflow/plan-work',
        'workflow/collect-pages',
        'workflow/build-bundle',
        'queue/send-message',
      ],
    ],
    ['kms:GenerateDataKeyWithoutPlaintext', arn.key('wrap-ordinary'), ['invoked/open-profile']],
    ['kms:GenerateDataKeyWithoutPlaintext', arn.key('wrap-retained'), ['invoked/open-profile']],
    ['kms:GenerateDataKeyWithoutPlaintext', arn.key('wrap-request'), ['invoked/open-request']],
    ['kms:GenerateMac', arn.key('proof'), ['invoked/verify']],
    ['kms:VerifyMac', arn.key('proof'), ['invoked/release', 'workflow/plan-work']],
    ['kms:GenerateMac', arn.key('index'), ['http/site-data', 'http/site-requests', 'http/subject']],
    ['kms:GenerateMac', arn.key('code'), ['invoked/verify', 'queue/send-message']],
    ['kms:VerifyMac', arn.key('index'), []],
    ['kms:GenerateMac', arn.key('site-auth'), ['http/enrol', 'http/site-data', 'http/site-requests']],
    ['kms:Sign', arn.key('evidence'), ['invoked/sign']],
    ['s3:GetObject', arn.object('bundles'), ['invoked/release']],
    ['s3:GetObject', arn.object('staging'), ['workflow/build-bundle']],
    ['s3:PutObject', arn.object('staging'), ['workflow/collect-pages']],
    ['s3:PutObject', arn.object('bundles'), ['workflow/build-bundle']],
    ['s3:DeleteObject', arn.object('staging'), ['schedule/expire']],
    ['s3:DeleteObject', arn.object('bundles'), ['schedule/expire']],
    ['states:StartExecution', arn.machine('Export'), ['queue/start-work', 'schedule/reconcile']],
    ['states:DescribeExecution', arn.execution('Export'), ['schedule/reconcile']],
    ['ses:SendEmail', arn.identity('Identity'), ['queue/send-message']],
    ['sns:Publish', '+4915112345678', ['queue/send-message']],
    ['sqs:ReceiveMessage', arn.queue('effects'), ['queue/start-work']],
    ['sqs:ReceiveMessage', arn.queue('mail'), ['queue/send-message']],
    ['sqs:SendMessage', arn.queue('mail'), ['http/enrol', 'queue/start-work']],
    ['lambda:InvokeFunction', arn.function('InvokedOpenProfile'), ['http/site-data']],
    ['lambda:InvokeFunction', arn.function('InvokedOpenRequest'), ['http/site-requests', 'http/subject']],
    [
      'lambda:InvokeFunction',
      arn.function('InvokedVerify'),
      ['http/enrol', 'http/site-requests', 'http/subject'],
    ],
    ['lambda:InvokeFunction', arn.function('InvokedRelease'), ['http/site-requests', 'http/subject']],
    ['lambda:InvokeFunction', arn.function('InvokedSign'), ['workflow/build-bundle']],
  ];
  it.each(only)('%s on %s', (action, resource, expected) => {
    expect(whoCan(action, resource)).toEqual(expected);
  });
});
