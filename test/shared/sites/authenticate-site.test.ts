import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '#shared/http/problem.ts';
import { authenticateSite } from '#shared/sites/verify-site-call.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import {
  arrive,
  dynamo,
  foreignKeyId,
  gate,
  hmac,
  hmacKeyId,
  kmsMock,
  now,
  prepare,
  reasonOf,
  withHeader,
} from './enrolled-site.ts';

beforeEach(prepare);

describe('authenticateSite', () => {
  it('answers every refusal with the same 401, and logs the reason as an enum', async () => {
    // Prepare
    const log = recordingLog();
    const door = authenticateSite(gate);
    const refused = [
      withHeader(arrive(hmac), 'signature', undefined),
      arrive(hmac, {}, { keyId: foreignKeyId }),
      arrive(hmac, {}, {}, { rawBody: Buffer.from('{}') }),
      arrive({ keyId: hmacKeyId, algorithm: 'hmac-sha256', secret: 'AAAA' }),
    ];

    // Act
    const outcomes = await Promise.allSettled(refused.map((call) => door(call, now, log)));

    // Assess
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: new Problem('unauthorized') });
      expect(outcome.status === 'rejected' && (outcome.reason as Problem).errors).toBeUndefined();
    }
    expect(log.lines.map(({ values }) => (values as { reason: string }).reason).sort()).toEqual([
      'bad-signature',
      'digest-mismatch',
      'key-unknown',
      'unsigned',
    ]);
  });

  it('lets a fault of ours be a fault: no 401 while KMS or a table fails', async () => {
    kmsMock.on(GenerateMacCommand).rejects(new Error('throttled'));

    await expect(authenticateSite(gate)(arrive(hmac), now, recordingLog())).rejects.not.toBeInstanceOf(
      Problem,
    );
  });

  it('takes its own nonce for unused when the SDK tried twice because an answer was lost', async () => {
    dynamo.on(PutCommand).callsFake((input: { Item: { writer: string } }) => {
      throw new ConditionalCheckFailedException({
        message: 'there',
        $metadata: {},
        Item: { writer: { S: input.Item.writer } },
      });
    });

    expect(await reasonOf(arrive(hmac))).toBe('accepted');
  });
});
