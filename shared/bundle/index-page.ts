import { citeArticle } from '#shared/data-map/cite-article.ts';
import { dataMap, findDataset } from '#shared/data-map/data-map.ts';
import type { Language } from '#shared/data-map/language.ts';
import { recordsPath } from './bag-path.ts';
import type { BundleContent, ControllerFacts, RecordFile } from './bundle-content.ts';
import { foreign, html, type Html } from './html.ts';
import { facts, page, paragraphs, section, table } from './page.ts';
import type { Redaction } from './redaction.ts';
import { bundleTexts, redactionTexts } from './texts.ts';

/**
 * `data/index.html`: where a person begins. It shows nothing of the records themselves; names of controllers are
 * escaped, and all links lead to files of this bundle.
 * @param recordFiles those that stand under `records/`
 * @param otherFiles names within `data/`
 */
export function indexPage(
  content: BundleContent,
  recordFiles: readonly RecordFile[],
  otherFiles: readonly string[],
): string {
  const { request, issuer } = content;
  const texts = bundleTexts[request.language];
  const body = html`${[
    section(texts.request, [requestFacts(content)]),
    section(texts.inside, [
      ...paragraphs(texts.insideText),
      ...content.controllers.map((controller) => controllerPart(content, controller, recordFiles)),
      html`<h3>${texts.alsoInside}</h3>
        ${otherFilesList(otherFiles, request.language)}`,
    ]),
    section(texts.leftOut, [redactionTable(content)]),
    section(texts.reading, paragraphs(texts.readingText)),
    section(texts.verifying, paragraphs(texts.verifyingText)),
    section(texts.complaining, paragraphs(texts.complainingText(issuer.name))),
  ]}`;
  return page(
    request.language,
    texts.title[request.right],
    texts.lead[request.right],
    body,
    html`${texts.foot}`,
  );
}

/** English dates as Europe writes them. */
const dateLocales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };
const dayIn =
  (language: Language) =>
  (time: string): string =>
    new Intl.DateTimeFormat(dateLocales[language], { dateStyle: 'long', timeZone: 'UTC' }).format(
      new Date(time),
    );

function requestFacts({ request, createdAt, number, of, issuer }: BundleContent): Html {
  const texts = bundleTexts[request.language];
  const day = dayIn(request.language);
  return facts([
    [texts.requestNumber, html`<code>${request.requestId}</code>`],
    [texts.received, day(request.receivedAt)],
    [texts.due, day(request.dueOn)],
    [texts.prepared, html`${day(createdAt)}, ${foreign(issuer.name)}`],
    [texts.bundle, texts.partOf(number, of)],
  ]);
}

function controllerPart(
  { request, issuer, erasures }: BundleContent,
  controller: ControllerFacts,
  recordFiles: readonly RecordFile[],
): Html {
  const texts = bundleTexts[request.language];
  const own = recordFiles.filter(({ controllerId }) => controllerId === controller.controllerId);
  const stated =
    controller.kind === 'site' ? html` <small>${texts.asStatedBy(issuer.name)}</small>` : undefined;
  const rows = own.map((file) => {
    const path = recordsPath(file.place, file.controllerId, file.dataset).slice('data/'.length);
    const title = dataMap[file.dataset].title[request.language];
    return [title, file.count, html`<a href="${path}.jsonl">JSON</a>, <a href="${path}.csv">CSV</a>`];
  });
  const erased = erasures
    .filter(({ controllerId }) => controllerId === controller.controllerId)
    .map(({ erasedAt }) => html`<p>${texts.erasedOn(dayIn(request.language)(erasedAt))}</p> `);
  return html`<h3>${foreign(controller.name)}</h3>
    <p class="soft">${texts.contact}: ${foreign(controller.contact)}.${stated}</p>
    ${erased}
    ${rows.length === 0 ? html`<p>${texts.nothing}</p> ` : table([texts.data, texts.records, texts.files], rows)}`;
}

/** In the order of the texts, the most telling first. */
function otherFilesList(names: readonly string[], language: Language): Html {
  const items = Object.entries(bundleTexts[language].other)
    .filter(([name]) => names.includes(name))
    .map(
      ([name, about]) =>
        html`<li><a href="${name === 'schemas' ? 'schemas/' : name}">${name}</a>: ${about}</li> `,
    );
  return html`<ul>
    ${items}
  </ul> `;
}

function redactionTable({ request, redactions, controllers }: BundleContent): Html {
  const texts = bundleTexts[request.language];
  if (redactions.length === 0) return html`<p>${texts.leftOutNothing}</p> `;
  const nameOf = new Map(controllers.map(({ controllerId, name }) => [controllerId, name]));
  const rows = redactions.map((one) => [
    html`${titleOf(one.dataset, request.language)}${holder(nameOf.get(one.controllerId ?? ''))}`,
    fieldTitle(one, request.language),
    one.count,
    html`${redactionTexts[one.reason][request.language]}
      <small>${citeArticle(one.article, request.language)}</small>`,
  ]);
  return table([texts.data, texts.field, texts.count, texts.reason], rows);
}

/** What was left out may be of a dataset that the map no longer has. */
const titleOf = (dataset: string, language: Language): string =>
  findDataset(dataset)?.title[language] ?? dataset;

const holder = (name: string | undefined): Html | undefined =>
  name === undefined ? undefined : html`<br /><small>${foreign(name)}</small>`;

const fieldTitle = ({ dataset, field }: Redaction, language: Language): string =>
  field === undefined ? '–' : (findDataset(dataset)?.fields[field]?.title[language] ?? field);
