import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { describeController } from '#shared/bundle/describe-controller.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const sites = openTable(client, 'sites');
const stated = {
  controllerId: 'c1',
  name: 'Shop',
  contactEmail: 'privacy@shop.example',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  vendor: false,
};
const facts = { controllerId: 'c1', name: 'Shop', contact: 'privacy@shop.example', country: 'DE' };

beforeEach(() => dynamo.reset());

describe('G12: describeController', () => {
  it.each([
    { information: undefined, words: {} },
    { information: { recipients: [] }, words: {} },
    {
      information: {
        recipients: ['Host Ltd', 'Mail Ltd'],
        transfers: 'None.',
        automatedDecisions: 'None that decide.',
        supervisoryAuthority: 'BayLDA',
      },
      words: {
        recipients: 'Host Ltd\nMail Ltd',
        transfers: 'None.',
        automatedDecisions: 'None that decide.',
        complaint: 'BayLDA',
      },
    },
  ])('gives its own words, and no other topic: $words', async ({ information, words }) => {
    dynamo.on(GetCommand).resolves({ Item: { ...stated, ...(information && { information }) } });

    expect(await describeController(sites, 'c1')).toEqual({ ...facts, kind: 'site', information: words });
  });

  it('knows the vendor, and nobody who is not enrolled', async () => {
    dynamo
      .on(GetCommand, { Key: { pk: 'C#c1', sk: 'META' } })
      .resolves({ Item: { ...stated, vendor: true } });
    dynamo.on(GetCommand, { Key: { pk: 'C#c2', sk: 'META' } }).resolves({});

    expect(await describeController(sites, 'c1')).toMatchObject({ ...facts, kind: 'vendor' });
    expect(await describeController(sites, 'c2')).toBeUndefined();
  });
});
