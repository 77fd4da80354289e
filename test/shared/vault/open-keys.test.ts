import { DecryptCommand } from '@aws-sdk/client-kms';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { withKey, type OpenKey } from '#shared/vault/open-keys.ts';
import { fakeWrappingKey } from '#test/shared/keys/fake-wrapping-key.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const keys = openTable(client, 'keys');
const live = { state: 'live', wrapped: new Uint8Array([1, 2, 3]), epoch: 4 };
const stands = (Item: object | undefined) => dynamo.on(GetCommand).resolves(Item ? { Item } : {});

beforeEach(() => dynamo.reset());

describe('G03: withKey', () => {
  it('reads the row consistently, unwraps for this owner and scope, and lends the key', async () => {
    stands(live);
    const ordinary = fakeWrappingKey();

    const opened = await withKey({ keys, wrapping: { ordinary } }, 'P#p1', 'ordinary', ({ key, epoch }) =>
      Promise.resolve({ epoch, bytes: key.toString('hex') }),
    );

    expect(opened).toEqual({ status: 'open', value: { epoch: 4, bytes: '07'.repeat(32) } });
    expect(dynamo).toHaveReceivedCommandWith(GetCommand, {
      TableName: 'keys',
      Key: { pk: 'P#p1', sk: 'ordinary' },
      ConsistentRead: true,
    });
    expect(ordinary.calls).toHaveReceivedCommandWith(DecryptCommand, {
      KeyId: 'wrapping-key',
      CiphertextBlob: live.wrapped,
      EncryptionContext: { owner: 'P#p1', scope: 'ordinary' },
    });
  });

  it.each([{ ends: 'well' }, { ends: 'with an error' }])(
    'leaves no plaintext behind when its use ends $ends',
    async ({ ends }) => {
      stands(live);
      const ordinary = fakeWrappingKey();
      const kept: OpenKey[] = [];
      const use = (open: OpenKey): Promise<void> => {
        kept.push(open);
        return ends === 'well' ? Promise.resolve() : Promise.reject(new Error('use failed'));
      };

      await withKey({ keys, wrapping: { ordinary } }, 'P#p1', 'ordinary', use).catch(() => undefined);

      expect(kept.map(({ key }) => key.toString('hex'))).toEqual(['00'.repeat(32)]);
      expect(ordinary.lent.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(['00'.repeat(32)]);
    },
  );

  it.each([
    { row: undefined, opened: { status: 'absent' } },
    {
      row: { state: 'destroyed', epoch: 5, destroyedAt: '2027-06-15T12:00:00.000Z', by: 'r1' },
      opened: { status: 'erased', at: '2027-06-15T12:00:00.000Z' },
    },
  ])('is the value $opened.status, and KMS is asked nothing', async ({ row, opened }) => {
    stands(row);
    const ordinary = fakeWrappingKey();
    const use = () => Promise.reject(new Error('must not be called'));

    expect(await withKey({ keys, wrapping: { ordinary } }, 'P#p1', 'ordinary', use)).toEqual(opened);
    expect(ordinary.calls).toReceiveCommandTimes(DecryptCommand, 0);
  });

  it('refuses a scope that its function was not given, before it reads anything', async () => {
    const use = () => Promise.resolve();

    await expect(withKey({ keys, wrapping: {} }, 'P#p1', 'retained', use)).rejects.toMatchObject({
      name: 'ScopeNotGranted',
    });
    expect(dynamo).toReceiveCommandTimes(GetCommand, 0);
  });

  it('fails closed where KMS answers without a key', async () => {
    stands(live);
    const ordinary = fakeWrappingKey();
    ordinary.calls.on(DecryptCommand).resolves({});
    const opened = withKey({ keys, wrapping: { ordinary } }, 'P#p1', 'ordinary', () => Promise.resolve());

    await expect(opened).rejects.toMatchObject({ name: 'KeyUnavailable' });
  });
});
