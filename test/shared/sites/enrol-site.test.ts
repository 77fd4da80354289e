import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { enrolSite, type EnrolmentStatement } from '#shared/sites/enrol-site.ts';
import { instructionsStatement } from '#shared/sites/instructions.ts';
import type { Enrolment } from '#shared/sites/site.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const kms = new KMSClient({ region: 'eu-central-1' });
const kmsMock = mockClient(kms);
const powers = {
  sites: openTable(client, 'sites'),
  ledger: openTable(client, 'ledger'),
  kms,
  siteAuthKeyId: 'site-auth',
};
const now = new Date('2026-11-24T12:00:00Z');
const ids = { siteId: 'site-1', keyId: 'key-1', now };
const enrolment: Enrolment = {
  host: 'shop.example.net',
  controllerId: 'controller-1',
  vendor: false,
  expiresAt: '2026-11-25T12:00:00.000Z',
};
const statement: EnrolmentStatement = {
  code: 'AAAAAAAA-AAAAAAAA-AAAAAAAA-AAAAAAAA',
  platform: 'wordpress',
  siteUrl: 'https://shop.example.net/',
  installationId: 'installation-1',
  controller: { name: 'Shop', contactEmail: 'p@shop.example.net', country: 'DE', timeZone: 'Europe/Berlin' },
  instructions: instructionsStatement.parse({ access: 'auto', portability: 'auto' }),
};

const kept = (row: Enrolment | undefined): void => {
  dynamo
    .on(GetCommand)
    .callsFake(({ Key }: { Key: { sk: string } }) =>
      row && Key.sk === 'ENROL' ? { Item: { pk: 'E#h', sk: 'ENROL', ...row } } : {},
    );
};
const enrol = (change: Partial<EnrolmentStatement> = {}) =>
  enrolSite(powers, { ...statement, ...change }, ids);
const written = () => dynamo.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];

beforeEach(() => {
  dynamo.reset();
  kmsMock.reset();
  kmsMock.on(GenerateMacCommand).resolves({ Mac: new Uint8Array(32).fill(9) });
  kept(enrolment);
});

describe('enrolSite', () => {
  it('A27: uses the code and writes site, controller, key and event in one transaction', async () => {
    const { site, secret } = await enrol();

    expect(Buffer.from(secret, 'base64')).toEqual(Buffer.alloc(32, 9));
    expect(site).toMatchObject({ controllerId: 'controller-1', vendor: false, keyIds: ['key-1'] });
    expect(dynamo.commandCalls(TransactWriteCommand)).toHaveLength(1);
    expect(written().map((item) => item.Update?.TableName ?? item.Put?.TableName)).toEqual([
      'sites',
      'sites',
      'sites',
      'sites',
      'ledger',
    ]);
    expect(written()[0]?.Update?.ConditionExpression).toContain(
      'attribute_not_exists(usedAt) AND expiresAt > :at',
    );
  });

  it('the secret is nowhere in what is written', async () => {
    const { secret } = await enrol();

    const text = JSON.stringify(written());
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
  });

  it('derives the secret from the id of the key, under a prefix of its own', async () => {
    await enrol();

    const input = kmsMock.commandCalls(GenerateMacCommand)[0]?.args[0].input;
    expect(Buffer.from(input?.Message ?? []).toString()).toBe('site-secret/1/key-1');
    expect(input).toMatchObject({ KeyId: 'site-auth', MacAlgorithm: 'HMAC_SHA_256' });
  });

  it.each([
    ['for another host', enrolment, { siteUrl: 'https://evil.example/' }],
    ['for another port of the host', enrolment, { siteUrl: 'https://shop.example.net:8443/' }],
    ['that is unknown', undefined, {}],
    ['that was used', { ...enrolment, usedAt: '2026-11-24T11:00:00.000Z' }, {}],
    ['that is a day old', { ...enrolment, expiresAt: now.toISOString() }, {}],
    ['of the vendor’s back office, for a plugin', { ...enrolment, vendor: true }, {}],
  ] satisfies [string, Enrolment | undefined, Partial<EnrolmentStatement>][])(
    'A27: refuses a code %s with the same answer, and uses nothing up',
    async (_title, row, change) => {
      kept(row);

      await expect(enrol(change)).rejects.toMatchObject({
        code: 'enrolment-refused',
        status: 403,
        errors: undefined,
      });
      expect(written()).toEqual([]);
    },
  );

  it('A27: of two at once, the second is refused by the condition', async () => {
    dynamo.on(TransactWriteCommand).rejects(
      new TransactionCanceledException({
        message: 'cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
      }),
    );

    await expect(enrol()).rejects.toMatchObject({ code: 'enrolment-refused' });
  });

  it('costs nobody a code when KMS fails', async () => {
    kmsMock.on(GenerateMacCommand).rejects(new Error('throttled'));

    await expect(enrol()).rejects.toThrow('throttled');
    expect(written()).toEqual([]);
  });

  it('P10, A36: a site’s purposes are those of its kind, whatever it asks for', async () => {
    const plugin = (await enrol()).site;
    kept({ ...enrolment, vendor: true });
    const backOffice = (await enrol({ platform: 'other' })).site;

    expect(plugin.purposes).toEqual(['service', 'login', 'risk-based-login']);
    expect(backOffice).toMatchObject({
      vendor: true,
      purposes: ['service', 'billing', 'licence', 'support', 'login'],
    });
  });

  it('A5: refuses instructions of this release’s rights that are not auto', async () => {
    const instructions = instructionsStatement.parse({ access: 'ask', portability: 'auto' });

    await expect(enrol({ instructions })).rejects.toMatchObject({ code: 'instruction-not-available' });
    expect(dynamo.calls()).toHaveLength(0);
  });

  it('A18: the event holds ids and enums only', async () => {
    await enrol();

    expect(written()[4]?.Put?.Item).toMatchObject({
      pk: 'S#site-1',
      seq: 1,
      type: 'site-enrolled',
      facts: { keyId: 'key-1', controllerId: 'controller-1', vendor: false, platform: 'wordpress' },
    });
    expect(JSON.stringify(written()[4])).not.toMatch(/shop|privacy|Shop/);
  });
});
