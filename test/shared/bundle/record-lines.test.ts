import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLines, jsonLines } from '#shared/bundle/record-lines.ts';
import type { ExportRecord } from '#shared/bundle/export-record.ts';
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
  recordFile({ controllerId: 'c', dataset: 'support-case' }, [records]);

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
      csvLines(file(caseRecord({ category: 'a,b', subject: 'say "hi"\nbye' })), 'access'),
    );
    expect(text).toBe(
      'recordId,externalId,collectedAt,storedAt,basis,category,subject,message,openedAt,answeredAt\r\n' +
        'r,,2026-11-24T19:25:14.000Z,2026-11-24T19:30:00.000Z,contract,"a,b","say ""hi""\nbye",,,\r\n',
    );
    const consents = recordFile({ controllerId: 'c', dataset: 'consent' }, [
      [{ ...caseRecord({ purposes: ['login', 'service'] }), dataset: 'consent' }],
    ]);
    expect(parseCsv(await textOf(csvLines(consents, 'access')))[1]).toContain('["login","service"]');
  });

  it('A29: no cell begins as a formula, and the text comes back without its guard', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.string(), async (subject, message) => {
        const [, row = []] = parseCsv(
          await textOf(csvLines(file(caseRecord({ subject, message })), 'access')),
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
        const lines = (await textOf(jsonLines(file(...records), 'access'))).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records);
        expect(lines[0]).toContain('"data":{"category":"x","subject":');
      }),
    );
  });
});

describe('both forms', () => {
  it.each([
    ['JSON', jsonLines],
    ['CSV', csvLines],
  ])('P08: %s refuses a record that was not redacted', async (_title, lines) => {
    const secret = recordFile({ controllerId: 'c', dataset: 'licence' }, [
      [{ ...caseRecord({ plan: 'a', key: 'canary' }), dataset: 'licence' }],
    ]);
    await expect(textOf(lines(secret, 'access'))).rejects.toMatchObject({ name: 'RecordNotRedacted' });
    const stray = recordFile({ controllerId: 'c', dataset: 'licence' }, [[caseRecord({})]]);
    await expect(textOf(lines(stray, 'access'))).rejects.toMatchObject({ name: 'RecordNotRedacted' });
  });

  it.each([
    ['JSON', jsonLines],
    ['CSV', csvLines],
  ])('G13: %s refuses fewer or more records than there should be', async (_title, lines) => {
    for (const count of [0, 2]) {
      await expect(textOf(lines({ ...file(caseRecord({})), count }, 'access'))).rejects.toMatchObject({
        name: 'RecordCountDiffers',
      });
    }
  });
});
