import { describe, expect, it } from 'vitest';
import { personOf, readSiteData } from '#infra/local/play/site-user.ts';
import { findTexts, foreignMarks } from '#infra/local/play/traces.ts';

const { users } = readSiteData();
const jonas = personOf({ source: '', site: { url: '' }, users }, 'jonas.weber');
const marks = foreignMarks(jonas, users);
const bagWith = (text: string) => ({ folder: 'bag', files: new Map([['data/x', Buffer.from(text)]]) });

describe('traces of other people', () => {
  it.each([
    ['an address', 'mara.lindqvist@example.net'],
    ['an address in another case', 'SIOBHAN.OBRIEN+WP@example.org'],
    ['a name', 'Aylin Demir'],
    ['a name beyond ASCII', '田中'],
    ['a phone', '+447700900123'],
    ['an IP address', '2001:db8::51'],
    ['a company in JSON', String.raw`"O'Brien, \"Sons\" & Co"`],
    ['a company in CSV', `"O'Brien, ""Sons"" & Co"`],
    ['a name in HTML', 'O&#39;Brien'],
  ])('are found: %s', (_, text) => {
    expect(findTexts(bagWith(`before ${text} after`), marks)).toEqual(['data/x']);
  });

  it('are not what the person shares with others, or is', () => {
    const twin = { ...jonas, user: { ...jonas.user, id: 99, login: 'twin', email: 'twin@example.org' } };
    const between = foreignMarks(jonas, [jonas, twin]);
    expect(between).toEqual(['twin@example.org', 'twin']);
    expect(findTexts(bagWith(JSON.stringify(jonas)), marks)).toEqual([]);
  });
});
