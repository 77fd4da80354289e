import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFile, jsonLinesFile, recordsOf } from '#shared/bundle/record-lines.ts';
import type { ExportRecord } from '#shared/bundle/export-record.ts';
import { RecordNotRedacted, recordText } from '#shared/bundle/record-text.ts';
import { recordFile } from './example-bundle.ts';

const caseRecord = (data: Record<string, unknown>): ExportRecord => ({
  recordId: 'r',
  dataset: 'support-case',
  collectedAt: '2026-11-24T19:25:14.000Z',
  storedAt: '2026-11-24T19:30:00.000Z',
  basis: 'contract',
  data,
});
const file = (...records: ExportRecord[]) =>
  recordFile({ controllerId: 'c', dataset: 'support-case' }, 'access', [records]);

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString('utf8');
}

/** RFC 4180, read by hand. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ',' || text.startsWith('\r\n', at))) {
      rows.at(-1)?.push(cell);
      cell = '';
      if (character === '\r') {
        at += 1;
        rows.push([]);
      }
    } else cell += character;
  }
  return rows.slice(0, -1);
}

const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
const nasty = fc.oneof(
  fc.string({ unit: 'binary-ascii', minLength: 1 }),
  fc
    .tuple(
      fc.constantFrom('', ' ', '\n', '\t', '\r\n', '\u00a0', '\0', '\x01', '\u200b'),
      fc.constantFrom('=', '+', '-', '@', '\uff1d', '\uff0b', '"', "'", ','),
      fc.string(),
    )
    .map((parts) => parts.join('')),
);

describe('CSV', () => {
  it('G19: has the header of the map and CRLF, and nested values as JSON', async () => {
    const text = await textOf(
      csvFile(file(caseRecord({ category: 'a,b', subject: 'say "hi"\nbye' })), 'access'),
    );
    expect(text).toBe(
      'recordId,externalId,collectedAt,storedAt,basis,category,subject,message,openedAt,answeredAt\r\n' +
        'r,,2026-11-24T19:25:14.000Z,2026-11-24T19:30:00.000Z,contract,"a,b","say ""hi""\nbye",,,\r\n',
    );
    const consents = recordFile({ controllerId: 'c', dataset: 'consent' }, 'access', [
      [{ ...caseRecord({ purposes: ['login', 'service'] }), dataset: 'consent' }],
    ]);
    expect(parseCsv(await textOf(csvFile(consents, 'access')))[1]).toContain('["login","service"]');
  });

  it('A29: no cell begins as a formula, and the text comes back without its guard', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.string(), async (subject, message) => {
        const [, row = []] = parseCsv(
          await textOf(csvFile(file(caseRecord({ subject, message })), 'access')),
        );
        const cells = row.slice(6, 8);
        for (const cell of row) expect(cell).not.toMatch(formula);
        [subject, message].forEach((text, index) => {
          expect(cells[index]).toBe(formula.test(text) ? `'${text}` : text);
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON Lines', () => {
  it('G19: has a record a line with fields in the order of the map, whatever text they hold', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (subject) => {
        const records = [caseRecord({ subject, category: 'x' }), caseRecord({ category: 'y' })];
        const lines = (await textOf(jsonLinesFile(file(...records)))).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records);
        expect(lines[0]).toContain('"data":{"category":"x","subject":');
      }),
    );
  });
});

describe('both forms', () => {
  it.each(['jsonl', 'csv'] as const)('P08: %s refuses a record that was not redacted', (form) => {
    const secret = { ...caseRecord({ plan: 'a', key: 'canary' }), dataset: 'licence' as const };
    expect(() => recordText(form, 'licence', 'access', [secret])).toThrow(RecordNotRedacted);
    expect(() => recordText(form, 'licence', 'access', [caseRecord({})])).toThrow(RecordNotRedacted);
  });

  it('G13: refuses fewer or more records than there should be', async () => {
    for (const count of [0, 2]) {
      await expect(textOf(jsonLinesFile({ ...file(caseRecord({})), count }))).rejects.toMatchObject({
        name: 'RecordCountDiffers',
      });
    }
  });

  it('gives the records again, page by page, whatever text they hold', async () => {
    const records = [caseRecord({ subject: 'a\nb\u2028' }), caseRecord({ subject: '' })];
    const pages = recordFile({ controllerId: 'c', dataset: 'support-case' }, 'access', [
      records,
      [],
      records,
    ]);
    const read: unknown[] = [];
    for await (const page of recordsOf(pages)) read.push(page);
    expect(read).toEqual([records, [], records]);
  });
});
