import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages, type Language } from '#shared/data-map/language.ts';
import { foreign, html } from '#shared/bundle/html.ts';
import { redaction } from '#shared/bundle/redaction.ts';
import { dueBy } from '#shared/requests/deadlines/due-date.ts';
import { buildBundle, controllers, exampleContent } from './example-bundle.ts';
import { readZip } from './zip-tools.ts';

async function pageOf(name: string, language: Language, controllerName?: string): Promise<string> {
  const content = exampleContent('access');
  const named = controllerName === undefined ? {} : { name: controllerName };
  const parts = await readZip(
    await buildBundle({
      ...content,
      request: { ...content.request, language },
      controllers: controllers.map((controller) => ({ ...controller, ...named })),
    }),
  );
  return parts.find((part) => part.name.endsWith(`/data/${name}`))?.content.toString('utf8') ?? '';
}
const pages = languages.flatMap((language) =>
  ['index.html', 'information.html'].map((name) => [name, language] as const),
);

describe('the pages of a bundle', () => {
  it.each(pages)(
    'G07: %s (%s) states its language, a title, headings in order and headers of tables',
    async (name, language) => {
      const page = await pageOf(name, language);
      expect(page).toMatch(/^<!doctype html>/);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toMatch(/<title>[^<]+<\/title>/);
      expect(page.match(/<h1>/g)).toHaveLength(1);
      const levels = [...page.matchAll(/<h([1-6])>/g)].map(([, level]) => Number(level));
      const steps = levels.map((level, index) => level - (levels[index - 1] ?? 0));
      expect(Math.max(...steps)).toBe(1);
      expect(page.match(/<th>/g)).toBeNull();
      const rows = page.match(/<tr>/g)?.length ?? 0;
      expect(page.match(/<th scope="(?:col|row)">/g)?.length ?? 0).toBeGreaterThanOrEqual(rows);
    },
  );

  it.each(pages)(
    'A29: %s (%s) loads nothing, runs nothing and links to the bundle only',
    async (name, language) => {
      const page = await pageOf(name, language);
      expect(page).not.toMatch(
        /<script|<img|<iframe|<link|<form|javascript:|@import|url\(|<[^>]*\son[a-z]+\s*=/i,
      );
      expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"');
      const parts = await readZip(await buildBundle(exampleContent('access')));
      const files = parts.map((part) => part.name.split('/data/')[1] ?? '');
      const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, target = '']) => target);
      expect(links.length).toBeGreaterThan(0);
      for (const target of links) {
        expect(
          files.some((file) => file === target || (target.endsWith('/') && file.startsWith(target))),
        ).toBe(true);
      }
    },
  );

  it.each([
    ['en', ' 5 April 2027 '],
    ['de', ' 5. April 2027 '],
  ] as const)('G08: name the due day at the seat, west of UTC too (%s)', async (language, shown) => {
    const content = exampleContent('access');
    const due = dueBy('2027-03-05T15:00:00Z', { country: 'US', timeZone: 'America/New_York' });
    const parts = await readZip(
      await buildBundle({ ...content, request: { ...content.request, ...due, language } }),
    );

    const page = parts.find(({ name }) => name.endsWith('/data/index.html'))?.content.toString() ?? '';
    expect(page.replaceAll(/<[^>]*>/g, ' ')).toContain(shown);
    expect(page).not.toMatch(/6\.? April 2027/);
  });

  it('A29: show what a controller wrote as text', async () => {
    const page = await pageOf('index.html', 'en');
    expect(page).toContain('<bdi>&lt;b onclick=&quot;x&quot;&gt;O&#39;Brien &amp; Söhne&lt;/b&gt;</bdi>');
    expect(page).toContain('Name and contact as the controller stated them to Example Plugins Ltd.');
    const information = await pageOf('information.html', 'de');
    expect(information).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const stranger = await pageOf('index.html', 'en', '"><a href="https://evil.example">');
    expect(stranger).not.toContain('href="https');
  });

  it('G09 G12: a controller adds to the answer and takes nothing from it, the right to complain where one lives least', async () => {
    const content = exampleContent('access');
    const [first, second] = controllers;
    const complaint = 'Only with us, please.';
    const parts = await readZip(
      await buildBundle({
        ...content,
        controllers: [first, second].flatMap((one) =>
          one
            ? [
                {
                  ...one,
                  country: 'not a code',
                  information: { complaint, rights: 'None.', automatedDecisions: 'Own.' },
                },
              ]
            : [],
        ),
      }),
    );
    const page =
      parts.find((part) => part.name.endsWith('/information.html'))?.content.toString('utf8') ?? '';
    expect(page.match(/in the country where you live/g)).toHaveLength(2);
    expect(page.match(/to have data erased/g)).toHaveLength(2);
    expect(page.match(/Only with us, please\./g)).toHaveLength(2);
    expect(page.match(/Own\./g)).toHaveLength(2);
    expect(page.match(/risk score/g)).toHaveLength(1);
    expect(page).not.toContain('No decisions');
  });

  it('A29: what was left out of a dataset that the map no longer has is listed by its name', async () => {
    const content = exampleContent('access');
    const gone = { ...redaction('account', 'not-in-data-map'), dataset: '<i>gone</i>' as 'account' };
    const parts = await readZip(await buildBundle({ ...content, redactions: [gone] }));
    const page = parts.find((part) => part.name.endsWith('/index.html'))?.content.toString('utf8') ?? '';
    expect(page).toContain('&lt;i&gt;gone&lt;/i&gt;');
  });

  it('P08 G09 G13: the index says what was left out, how to verify, and where to complain', async () => {
    const page = await pageOf('index.html', 'en');
    for (const text of [
      'Kept only as a salted hash',
      'Art. 32(1) GDPR',
      'The JSON files are authoritative',
      'sha512sum -c manifest-sha512.txt',
      'Art. 77 GDPR',
    ]) {
      expect(page).toContain(text);
    }
    expect(await pageOf('index.html', 'de')).toContain('Art. 32 Abs. 1 DSGVO');
  });
});

describe('html', () => {
  it('A29: escapes every value, in text and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ' ', '=') }), (text) => {
        const { markup } = html`<p title="${text}">${foreign(text)}</p>`;
        const inner = markup.slice('<p title="'.length, -'</bdi></p>'.length).replace('"><bdi>', '');
        expect(inner).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
