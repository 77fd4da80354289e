import { describe, expect, it } from 'vitest';
import { treeOf } from '#infra/local/play/bag-tree.ts';
import { PlayFailure } from '#infra/local/play/failure.ts';
import { codeIn } from '#infra/local/play/outbox.ts';
import { alignColumns, createShow } from '#infra/local/play/show.ts';

function record() {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text) > 0 };
  return { show: createShow(stream), lines };
}

describe('what the play prints', () => {
  it('says what holds, and counts it', () => {
    const { show, lines } = record();
    show.holds('water is wet', true);
    expect(lines).toEqual(['   ✓ water is wet\n']);
    expect(show.held()).toBe(1);
  });

  it('ends with the step, the statement and what was found where something does not hold', () => {
    const { show } = record();
    show.step('2  Water');
    const miss = () => {
      show.holds('water is wet', false, { wet: 0 });
    };
    expect(miss).toThrow(PlayFailure);
    expect(miss).toThrow(/“2 {2}Water”[^]*water is wet[^]*\{"wet":0\}/);
    expect(show.held()).toBe(0);
  });

  it('sets a part off by one blank line, the first of a step too', () => {
    const { show, lines } = record();
    show.step('2  Water', 'Wet or dry.');
    show.part('Wet');
    show.say('it is');
    show.part('Dry');
    const text = lines.join('');

    expect(text).toBe('\n\n2  Water\n   Wet or dry.\n\n   Wet\n   it is\n\n   Dry\n');
  });

  it('aligns a call with its answer', () => {
    const { show, lines } = record();
    show.exchange('GET /x', 'sent', { status: 200 }, 'came');
    const [sent = '', came = ''] = lines;
    expect(sent.indexOf('sent')).toBe(came.indexOf('came'));
  });

  it('aligns columns, numbers to the right', () => {
    const rows = [
      ['who', 'records'],
      ['a', 9],
      ['longer', 10],
    ];
    expect(alignColumns(rows)).toEqual(['who     records', 'a             9', 'longer       10']);
  });

  it('draws a bag as a tree', () => {
    const tree = treeOf('bag', ['data/b.txt', 'data/a/x.txt', 'bagit.txt'], (path) =>
      path === 'data/a/' ? '(a)' : '',
    );
    expect(tree).toEqual([
      'bag/',
      '├── bagit.txt',
      '└── data/',
      '    ├── a/  (a)',
      '    │   └── x.txt',
      '    └── b.txt',
    ]);
  });
});

describe('the code in a mail', () => {
  it.each([
    ['Your code: 0AZ9K-XYZ23\n\nrequest 01a20f84-7a6a-737c-812a-96d76c4dcf65', '0AZ9K-XYZ23'],
    ['no code here', undefined],
    ['two: 0AZ9K-XYZ23 and 0AZ9K-XYZ24', undefined],
    ['not in a word: X0AZ9K-XYZ23', undefined],
  ])('is the one that it holds: %#', (text, code) => {
    expect(codeIn(text)).toBe(code);
  });
});
