import type { Language } from '#shared/data-map/language.ts';
import { html, type Html } from './html.ts';

/** Nothing is loaded and nothing runs: the page holds its own style and no script. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #55606e; --line: #d9dee5; --ground: #fbfbf9; --card: #ffffff; --accent: #1f5f5b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #a9b3bf; --line: #3a434e; --ground: #14181d; --card: #1b2127; --accent: #7cc4bd; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header, main, footer { max-width: 54rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3.5rem; padding-bottom: .5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 .5rem; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .75rem; font-weight: 650; }
h3 { font-size: 1.0625rem; margin: 1.75rem 0 .25rem; font-weight: 650; }
p, ul, ol { margin: 0 0 1rem; max-width: 44rem; }
li { margin-bottom: .35rem; }
.lead { font-size: 1.15rem; color: var(--soft); }
.own { white-space: pre-line; }
.soft, small { color: var(--soft); }
small { font-weight: 400; }
section > :last-child { margin-bottom: 0; }
dl + .soft, dl + p { margin-top: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem 1.75rem; margin: 1.5rem 0; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .4rem 1.5rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 1rem; margin: .5rem 0 1rem; overflow-wrap: break-word; }
th, td { text-align: start; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; font-size: .9375rem; }
tbody th { font-weight: 500; width: 30%; }
tr:last-child > * { border-bottom: 0; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font: .92em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
footer { padding-bottom: 4rem; color: var(--soft); font-size: .9375rem; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } section { padding: 1.25rem; } header { padding-top: 2rem; }
  thead { position: absolute; clip-path: inset(50%); } tr, tbody th, td { display: block; width: auto; overflow-wrap: anywhere; } tr { padding: .6rem 0; border-bottom: 1px solid var(--line); } tbody th, td { border: 0; padding: .1rem 0; } td::before { content: attr(data-label) ": "; color: var(--soft); } }
@media print { body { background: #fff; color: #000; } section { border: 0; padding: 0; } }
`;

/** A whole page of a bundle: plain, offline, readable by people and by screen readers. */
export function page(language: Language, title: string, lead: string, body: Html, foot: Html): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="lead">${lead}</p>
        </header>
        <main>${body}</main>
        <footer>${foot}</footer>
      </body>
    </html> `.markup;
}

/** A section under its own heading. */
export const section = (title: string | Html, body: readonly Html[]): Html =>
  html`<section>
    <h2>${title}</h2>
    ${body}
  </section> `;

/** A table whose columns and rows have headers; the first cell of a row is its header. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`);
  const body = rows.map(
    ([first = '', ...cells]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${cells.map((cell, index) => html`<td data-label="${columns[index + 1]}">${cell}</td>`)}
      </tr> `,
  );
  return html`<table>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table> `;
}

/** Names and values, side by side. */
export const facts = (rows: readonly (readonly [name: string, value: Html | string])[]): Html =>
  html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl> `;

export const paragraphs = (texts: readonly string[]): Html[] => texts.map((text) => html`<p>${text}</p> `);
