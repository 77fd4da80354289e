import { describe, expect, it } from 'vitest';
import { differenceOf, recordsIn, secretsIn } from '#infra/local/play/bundle-records.ts';
import type { RecordStatement } from '#infra/local/play/statements.ts';

const question: RecordStatement = {
  dataset: 'security-question',
  externalId: 'question-1',
  collectedAt: '2025-03-01T00:00:00+00:00',
  data: { question: 'Where?', answer: 'there' },
};
const device: RecordStatement = {
  dataset: 'device',
  externalId: 'session-1',
  collectedAt: '2026-11-24T19:25:14+00:00',
  data: { ip: '192.0.2.1', seenAt: '2026-11-24T19:25:14+00:00' },
};

const lineOf = ({ dataset, collectedAt }: RecordStatement, data: object): string =>
  JSON.stringify({
    recordId: 'r',
    dataset,
    collectedAt: new Date(collectedAt).toISOString(),
    storedAt: '2026-11-24T20:00:00.000Z',
    basis: 'consent',
    data,
  });
const bagOf = (...lines: string[]) => ({
  folder: 'bag',
  files: new Map([
    ['data/records/vault/c-1/device.jsonl', Buffer.from(lines.map((line) => `${line}\n`).join(''))],
    ['data/records/vault/c-1/device.csv', Buffer.from('not read')],
  ]),
});
const questionLine = lineOf(question, { question: 'Where?', answerSet: true });
const deviceLine = lineOf(device, device.data);

describe('records in a bundle against what was sent', () => {
  it('are equal, value by value, secrets as the fact that they are set', () => {
    const found = recordsIn(bagOf(questionLine, deviceLine));
    expect(found.map(({ controllerId }) => controllerId)).toEqual(['c-1', 'c-1']);
    expect(differenceOf([device, question], found)).toEqual({ lost: [], foreign: [] });
  });

  it('differ where one is not there, also one of two alike', () => {
    const twin = { ...device, externalId: 'session-2' };
    expect(differenceOf([device, twin], recordsIn(bagOf(deviceLine)))).toEqual({
      lost: ['device session-2'],
      foreign: [],
    });
  });

  it.each([
    ['a value', lineOf(device, { ...device.data, ip: '192.0.2.2' })],
    ['a field too many', lineOf(device, { ...device.data, userAgent: 'x' })],
    ['a field missing', lineOf(device, { ip: '192.0.2.1' })],
    ['the time', lineOf({ ...device, collectedAt: '2026-11-24T19:25:15+00:00' }, device.data)],
  ])('differ in %s', (_, line) => {
    expect(differenceOf([device], recordsIn(bagOf(line)))).toEqual({
      lost: ['device session-1'],
      foreign: ['device r'],
    });
  });

  it('P08: differ where a secret came back', () => {
    const found = recordsIn(bagOf(lineOf(question, question.data)));
    expect(differenceOf([question], found).lost).toEqual(['security-question question-1']);
    expect(secretsIn([question, device])).toEqual(['there']);
  });

  it('P25: leave out the fields that a right does not reach', () => {
    const found = recordsIn(bagOf(lineOf(device, { ip: '192.0.2.1' })));
    expect(differenceOf([device], found, { device: ['seenAt'] })).toEqual({ lost: [], foreign: [] });
  });

  it('are refused in another form', () => {
    expect(() => recordsIn(bagOf('{}'))).toThrow('another form');
  });
});
