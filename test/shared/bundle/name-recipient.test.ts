import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { nameRecipient } from '#shared/bundle/name-recipient.ts';
import { buildBundle, controllers, exampleContent, recordFile } from './example-bundle.ts';
import { readZip } from './zip-tools.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const sites = openTable(client, 'sites');
const siteId = '019a0000-0000-7000-8000-00000000000a';
const stranger = '019a0000-0000-7000-8000-00000000000b';

beforeEach(() => {
  dynamo.reset();
  dynamo.on(GetCommand).resolves({});
  dynamo
    .on(GetCommand, { Key: { pk: `S#${siteId}`, sk: 'META' } })
    .resolves({ Item: { siteId, controllerId: 'c1' } })
    .on(GetCommand, { Key: { pk: 'C#c1', sk: 'META' } })
    .resolves({ Item: { controllerId: 'c1', name: 'Shop' } });
});

describe('nameRecipient', () => {
  it('gives the name of a site’s controller, and none of what is no site', async () => {
    expect(await nameRecipient(sites, siteId)).toBe('Shop');
    expect(await nameRecipient(sites, stranger)).toBeUndefined();
    expect(dynamo.calls()).toHaveLength(3);

    expect(await nameRecipient(sites, 'Mail Ltd')).toBeUndefined();
    expect(dynamo.calls()).toHaveLength(3);
  });
});

describe('P02 P09 G12: the disclosures of a bundle', () => {
  it('name who was given data, the id beside the name, and ask for each name once', async () => {
    const read = (recordId: string, recipient: string) => ({
      ...{ recordId, dataset: 'disclosure' as const, basis: 'legal-obligation' as const },
      ...{ collectedAt: '2026-11-24T19:25:14.000Z', storedAt: '2026-11-24T19:30:00.000Z' },
      data: { kind: 'read', recipient, datasets: ['account'], ground: 'D3', basis: 'contract', at: 'T' },
    });
    const file = { controllerId: controllers[0]?.controllerId ?? '', dataset: 'disclosure' as const };
    const records = [read('1', siteId), read('2', siteId), read('3', stranger), read('4', 'Mail Ltd')];
    const content = exampleContent('access', {
      files: [recordFile(file, 'access', [records.slice(0, 1), records.slice(1)])],
      nameRecipient: (recipient) => nameRecipient(sites, recipient),
    });

    const files = await readZip(await buildBundle(content));

    const json = files.find(({ name }) => name.endsWith('data/disclosures.json'))?.content.toString() ?? '';
    const { records: shown } = JSON.parse(json) as { records: Record<string, unknown>[] };
    expect(shown.map(({ recipient, recipientId }) => [recipient, recipientId])).toEqual([
      ['Shop', siteId],
      ['Shop', siteId],
      [stranger, undefined],
      ['Mail Ltd', undefined],
    ]);
    expect(dynamo.calls()).toHaveLength(3);
  });
});
