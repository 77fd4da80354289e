import { describe, expect, it } from 'vitest';
import { dataMap } from '#shared/data-map/data-map.ts';
import { sealIncoming, type IncomingRecord } from '#shared/vault/incoming-record.ts';
import { openPayload, type RecordRow } from '#shared/vault/record-store.ts';
import { outcomeOf } from '#shared/vault/store-records.ts';

const key = Buffer.alloc(32, 7);
const at = '2027-06-15T12:00:00.000Z';
const row: RecordRow = {
  dataset: 'device',
  recordId: 'r1',
  scope: 'ordinary',
  basis: 'consent',
  collectedAt: at,
  storedAt: at,
  digest: 'digest-1',
  ciphertext: Buffer.alloc(0),
};
const device: IncomingRecord = {
  index: 0,
  dataset: dataMap.device,
  externalId: 'session-1',
  collectedAt: at,
  basis: 'consent',
  data: { seenAt: at, ip: '192.0.2.1' },
};
const seal = (record: IncomingRecord, freshId = 'fresh-1') =>
  sealIncoming(key, 'profile-1', record, { storedAt: at, freshId });
async function sealed(record: IncomingRecord, freshId?: string): Promise<RecordRow> {
  const made = await seal(record, freshId);
  if (made === 'too-large') throw new Error(made);
  return made;
}

describe('outcomeOf', () => {
  it.each([
    { over: undefined, outcome: 'stored', why: 'nothing' },
    { over: {}, outcome: 'unchanged', why: 'the same' },
    { over: { digest: 'digest-0' }, outcome: 'replaced', why: 'other content of the same time' },
    {
      over: { digest: 'digest-0', collectedAt: '2027-06-15T11:00:00.000Z' },
      outcome: 'replaced',
      why: 'an older one',
    },
    {
      over: { digest: 'digest-0', collectedAt: '2027-06-15T12:00:00.001Z' },
      outcome: 'unchanged',
      why: 'a newer one',
    },
    {
      over: { digest: 'digest-0', collectedAt: '2027-06-15T13:30:00+02:00' },
      outcome: 'replaced',
      why: 'an older one, whatever its text sorts like',
    },
    {
      over: { digest: 'digest-0', basis: 'contract' as const },
      outcome: 'basis-fixed',
      why: 'another basis (P17)',
    },
  ])('over $why: $outcome', ({ over, outcome }) => {
    expect(outcomeOf(row, over && { ...row, ...over })).toBe(outcome);
  });
});

describe('sealIncoming', () => {
  it('A18: the row tells dataset, times and basis; all else is sealed', async () => {
    const made = await sealed(device);

    expect(made).toMatchObject({
      dataset: 'device',
      scope: 'ordinary',
      basis: 'consent',
      collectedAt: at,
      storedAt: at,
    });
    expect(JSON.stringify({ ...made, ciphertext: undefined })).not.toMatch(/session-1|192\.0\.2\.1/);
    expect(openPayload(key, 'profile-1', made)).toEqual({ externalId: 'session-1', data: device.data });
  });

  it('gives the same content the same digest, in whatever order its fields came, and other content another', async () => {
    const { digest, recordId } = await sealed(device);
    const reordered = await sealed({ ...device, data: { ip: '192.0.2.1', seenAt: at } });
    const others = await Promise.all([
      sealed({ ...device, data: { ...device.data, ip: '192.0.2.2' } }),
      sealed({ ...device, basis: 'contract' }),
      sealed({ ...device, collectedAt: '2027-06-15T12:00:00.001Z' }),
    ]);

    expect(reordered).toMatchObject({ digest, recordId });
    expect(others.map((one) => one.recordId)).toEqual([recordId, recordId, recordId]);
    expect(new Set([digest, ...others.map((one) => one.digest)]).size).toBe(4);
  });

  it('stores a new record each time where there is no external id', async () => {
    const { externalId: _, ...unnamed } = device;

    expect((await sealed(unnamed, 'fresh-1')).recordId).not.toBe((await sealed(unnamed, 'fresh-2')).recordId);
  });

  it('P08: keeps a secret as a salted hash, and knows it again by its digest', async () => {
    const question = {
      ...device,
      dataset: dataMap['security-question'],
      data: { question: 'City?', answer: 'Gdynia' },
    };
    const [first, second] = [await sealed(question), await sealed(question)];

    expect(JSON.stringify(openPayload(key, 'profile-1', first))).not.toContain('Gdynia');
    expect(openPayload(key, 'profile-1', first)).not.toEqual(openPayload(key, 'profile-1', second));
    expect(first.digest).toBe(second.digest);
  });

  it('refuses what fits in no item of DynamoDB', async () => {
    const large = (length: number) => ({ ...device, data: { seenAt: at, userAgent: 'x'.repeat(length) } });

    expect(await seal(large(350_000))).toBe('too-large');
    expect(await seal(large(349_000))).toHaveProperty('ciphertext');
  });
});
