import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BundleContent } from '#shared/bundle/bundle-content.ts';
import { buildBundle, controllers, exampleContent, requestId } from './example-bundle.ts';
import { readZip } from './zip-tools.ts';

const folder = `data-rights-${requestId}`;
const [shop = '', vendor = ''] = controllers.map(({ controllerId }) => controllerId);

async function filesOf(content: BundleContent): Promise<Map<string, string>> {
  const parts = await readZip(await buildBundle(content));
  return new Map(
    parts.map(({ name, content: bytes }) => [name.slice(folder.length + 1), bytes.toString('utf8')]),
  );
}
const parsed = (files: Map<string, string>, path: string): unknown => JSON.parse(files.get(path) ?? '');

describe('an access bundle', () => {
  it('P22 G13: is one bag with every file of the design', async () => {
    const records = (controller: string, ...names: string[]) =>
      names.flatMap((name) =>
        ['csv', 'jsonl'].map((form) => `data/records/vault/${controller}/${name}.${form}`),
      );
    expect([...(await filesOf(exampleContent('access'))).keys()]).toEqual([
      'data/consents.json',
      'data/disclosures.json',
      'data/index.html',
      'data/information.html',
      'data/information.json',
      ...records(shop, 'account', 'device', 'security-question'),
      ...records(vendor, 'billing', 'licence'),
      'data/redactions.json',
      'data/request.json',
      ...['account', 'billing', 'device', 'licence', 'security-question'].map(
        (name) => `data/schemas/${name}.schema.json`,
      ),
      'data/datapackage.json',
      'bag-info.txt',
      'bagit.txt',
      'manifest-sha512.txt',
      'signature/README.txt',
      'tagmanifest-sha512.txt',
      'signature/public-key.jwk.json',
      'signature/tagmanifest-sha512.txt.jws',
    ]);
  });

  it('describes itself as BagIt 1.0 (RFC 8493)', async () => {
    const files = await filesOf({
      ...exampleContent('access'),
      issuer: { name: 'Vendor\nPayload-Oxum: 0.0' },
    });
    const payload = [...files]
      .filter(([path]) => path.startsWith('data/'))
      .map(([, text]) => Buffer.byteLength(text));
    expect(files.get('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    expect(files.get('bag-info.txt')).toBe(
      [
        'Source-Organization: Vendor Payload-Oxum: 0.0',
        `External-Identifier: urn:uuid:${requestId}`,
        `Bag-Group-Identifier: urn:uuid:${requestId}`,
        'Bag-Count: 1 of 1',
        'Bagging-Date: 2026-11-24',
        `Payload-Oxum: ${payload.reduce((sum, size) => sum + size, 0)}.${payload.length}`,
        '',
      ].join('\n'),
    );
  });

  it('P08: holds no secret anywhere, and lists what was withheld', async () => {
    const files = await filesOf(exampleContent('access'));
    for (const text of files.values()) expect(text).not.toContain('canary');
    expect(parsed(files, 'data/redactions.json')).toMatchObject({
      redactions: [
        { controllerId: shop, dataset: 'security-question', field: 'answer', reason: 'secret', count: 1 },
        { controllerId: vendor, dataset: 'licence', field: 'key', reason: 'secret', count: 1 },
      ],
    });
  });

  it('G04: gives consents under the names of ISO/IEC TS 27560', async () => {
    expect(parsed(await filesOf(exampleContent('access')), 'data/consents.json')).toMatchObject({
      records: [
        {
          record_id: 'record-4',
          pii_principal_id: `urn:uuid:${requestId}`,
          pii_processing: {
            privacy_notice: { version: '2026-05' },
            purposes: ['terms-accepted', 'risk-based-login'],
            pii_controllers: [{ id: shop }],
            collection_method: 'checkbox',
            recipient_third_parties: [{ name: 'Example Plugins Ltd', role: 'processor' }],
          },
          events: [{ event_time: '2026-11-01T10:00:00Z', event_state: 'dpv:ConsentGiven' }],
        },
      ],
    });
  });

  it('P02 P14: gives disclosures with ground and basis, and reads with date and purpose', async () => {
    expect(parsed(await filesOf(exampleContent('access')), 'data/disclosures.json')).toMatchObject({
      grounds: { D1: 'with your consent' },
      records: [
        { kind: 'read', purpose: 'support', ground: 'D3', basis: 'contract', at: '2026-11-20T08:00:00Z' },
      ],
    });
  });

  it('G12: answers Article 15(1)-(2) for each controller, in its own words where it has some', async () => {
    const files = await filesOf(exampleContent('access'));
    const { controllers: answers } = parsed(files, 'data/information.json') as {
      controllers: Record<string, unknown>[];
    };
    expect(answers).toMatchObject([
      {
        controllerId: shop,
        contact: 'datenschutz@shop.example.net',
        processor: { name: 'Example Plugins Ltd' },
        datasets: [
          { dataset: 'account' },
          { dataset: 'security-question' },
          { dataset: 'device' },
          { dataset: 'consent' },
        ],
        ownWords: { retention: expect.stringContaining('Vertragsende') as string },
        transfers: [{ recipient: 'Amazon Web Services EMEA SARL' }],
      },
      { controllerId: vendor, authority: { name: 'Data Protection Commission' } },
    ]);
    // G22: only where devices are compared are sign-ins decided upon.
    expect(answers[0]?.['automatedDecisions']).toContain('risk score');
    expect(answers[1]?.['automatedDecisions']).toContain('No decisions');
    expect(answers[1]).not.toHaveProperty('processor');
    for (const { complaint, rights } of answers) {
      expect(complaint).toContain('country where you live');
      expect(rights).toHaveLength(6);
    }
  });

  it('G19: describes the CSV files with their true sizes, hashes and counts', async () => {
    const files = await filesOf(exampleContent('access'));
    const { resources } = parsed(files, 'data/datapackage.json') as {
      resources: {
        path: string;
        bytes: number;
        hash: string;
        count: number;
        schema: { fields: { name: string }[] };
      }[];
    };
    expect(resources).toHaveLength(5);
    for (const { path, bytes, hash, count, schema } of resources) {
      const text = files.get(`data/${path}`) ?? '';
      const [header, ...rows] = text.trimEnd().split('\r\n');
      expect(bytes).toBe(Buffer.byteLength(text));
      expect(hash).toBe(`sha512:${createHash('sha512').update(text).digest('hex')}`);
      expect(rows).toHaveLength(count);
      expect(header).toBe(schema.fields.map(({ name }) => name).join(','));
    }
  });
});

describe('a portability bundle', () => {
  it('P25 G19: holds what the person provided on consent or contract, and nothing of the rest', async () => {
    const files = await filesOf(exampleContent('portability'));
    expect([...files.keys()].filter((path) => path.endsWith('.jsonl'))).toEqual([
      `data/records/vault/${shop}/account.jsonl`,
      `data/records/vault/${shop}/device.jsonl`,
      `data/records/vault/${shop}/security-question.jsonl`,
      `data/records/vault/${vendor}/licence.jsonl`,
    ]);
    expect(parsed(files, `data/records/vault/${vendor}/licence.jsonl`)).toMatchObject({
      data: { plan: 'Premium', seats: 5 },
    });
    for (const path of ['data/information.json', 'data/consents.json', 'data/disclosures.json']) {
      expect(files.has(path)).toBe(false);
    }
    const { redactions } = parsed(files, 'data/redactions.json') as {
      redactions: { dataset: string; reason: string }[];
    };
    expect(redactions.map(({ dataset, reason }) => `${dataset} ${reason}`)).toEqual([
      'consent basis-not-portable',
      'security-question secret',
      'billing basis-not-portable',
      'disclosure basis-not-portable',
      'licence secret',
      'licence not-provided-by-subject',
    ]);
  });
});
