import { foreign, html, type Html } from '#shared/bundle/html.ts';
import { facts, page, paragraphs, section, table } from '#shared/bundle/page.ts';
import { citeArticle } from '#shared/data-map/cite-article.ts';
import { findDataset } from '#shared/data-map/data-map.ts';
import type { Language } from '#shared/data-map/language.ts';
import {
  isLeftInUse,
  isNothingErased,
  type ControllerResult,
  type DatasetResult,
  type PlaceResult,
  type ReceiptContent,
} from './receipt-content.ts';
import { assuranceOf, receiptTexts, type ReceiptTexts } from './receipt-texts.ts';

/** How the receipt was signed, as its verifier found. */
export type PageSignature = { readonly fingerprint: string; readonly contentHash: string };

type View = {
  readonly texts: ReceiptTexts;
  readonly language: Language;
  readonly day: (time: string) => string;
  readonly moment: (time: string) => string;
};

/**
 * A receipt as a page for people: made from its content alone, offline, without script. It proves nothing by itself and
 * says so; the signed file does.
 */
export function receiptPage(content: ReceiptContent, language: Language, signature?: PageSignature): string {
  const view = openView(language);
  const { texts } = view;
  const { title, lead, heading } = isNothingErased(content) ? texts.nothingErased : texts.someErased;
  const body = html`${[
    section(texts.request, [requestFacts(content, view)]),
    section(heading, [
      ...paragraphs([texts.erasedText]),
      ...content.controllers.flatMap((controller) => controllerPart(controller, view)),
    ]),
    section(texts.kept, keptPart(content, view)),
    section(texts.copies, copiesPart(content, view)),
    section(texts.verifying, [...paragraphs(texts.verifyingText), issuerFacts(content, signature, view)]),
    section(texts.complaining, paragraphs(texts.complainingText)),
  ]}`;
  return page(language, title, lead, body, html`${texts.foot}`);
}

function openView(language: Language): View {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return {
    language,
    texts: receiptTexts[language],
    day: (time) => unbroken(long.format(new Date(time))),
    moment: (time) => `${unbroken(exact.format(new Date(time)))} UTC`,
  };
}

/** Day, month and year on one line, so that no column of a table is narrower than a date. */
const unbroken = (date: string): string => date.replace(' ', '\u00a0').replace(' ', '\u00a0');

function requestFacts(content: ReceiptContent, { texts, language, day, moment }: View): Html {
  const { receiptId, requestId, ground, receivedAt, concludedAt, refersTo } = content;
  const cited = html`${texts.grounds[ground]} <small>${citeArticle(ground, language)}</small>`;
  return facts([
    [texts.receiptNumber, html`<code>${receiptId}</code>`],
    [texts.requestNumber, html`<code>${requestId}</code>`],
    [texts.received, day(receivedAt)],
    [texts.concluded, moment(concludedAt)],
    [texts.ground, cited],
    ...(refersTo === undefined ? [] : [[texts.earlier, html`<code>${refersTo}</code>`] as const]),
  ]);
}

const controllerPart = ({ name, places }: ControllerResult, view: View): Html[] => [
  html`<h3>${foreign(name)}</h3> `,
  ...places.map((place) => placePart(place, view)),
];

function placePart(place: PlaceResult, view: View): Html {
  const { texts, moment } = view;
  const time = place.outcome === 'withheld' ? '' : moment(place.keysDestroyedAt);
  const assurance = assuranceOf(place, texts);
  const rows = place.datasets.map((row) => [
    titleOf(row.dataset, view),
    ...[row.found, row.erased, row.retained, row.residual],
  ]);
  return html`<p>
      ${texts.outcomes[place.outcome](time)} ${assurance === '' ? '' : html`<small>${assurance}</small>`}
    </p>
    ${rows.length === 0 ? nothingShown(place, view) : table([texts.data, ...texts.counts], rows)}`;
}

/** Of a profile that the proof no longer opened nothing is told: not that there is nothing either. */
const nothingShown = (place: PlaceResult, { texts }: View): Html =>
  place.outcome === 'withheld' && place.reason === 'no-longer-opened'
    ? html``
    : html`<p>${texts.nothingFound}</p> `;

/** What stayed: by rule or order, with its exception; and what was left whole and in use, with its reason. */
function keptPart({ controllers }: ReceiptContent, view: View): Html[] {
  const { texts } = view;
  const kept = controllers.flatMap(({ name, places }) =>
    places.flatMap(({ datasets }) =>
      datasets.filter(({ retained }) => retained > 0).map((row) => keptRow(name, row, view)),
    ),
  );
  const withheld = controllers.flatMap(({ name, places }) =>
    places.flatMap((place) =>
      place.outcome === 'withheld'
        ? [
            html`<p>
              <strong>${foreign(name)}:</strong> ${isLeftInUse(place) && `${texts.leftInUse} `}
              ${texts.withheld[place.reason]}
            </p> `,
          ]
        : [],
    ),
  );
  if (kept.length + withheld.length === 0) return paragraphs([texts.keptNothing]);
  const columns = [texts.data, texts.count, texts.reason, texts.reviewed];
  return [...withheld, ...(kept.length === 0 ? [] : [...paragraphs([texts.keptText]), table(columns, kept)])];
}

function keptRow(name: string, row: DatasetResult, view: View): (Html | string | number)[] {
  const { texts, language, day } = view;
  const { exception, ground, reviewAt } = row;
  const reason =
    exception &&
    ground &&
    html`${texts.exceptions[exception]}, ${texts.keepers[ground]}
      <small>${citeArticle(exception, language)}</small>`;
  return [
    html`${titleOf(row.dataset, view)}<br /><small>${foreign(name)}</small>`,
    row.retained,
    reason ?? '',
    reviewAt === undefined ? '' : day(reviewAt),
  ];
}

/** Of what was left in use nothing is a copy, and of its downloads none was deleted. */
const copiesPart = (content: ReceiptContent, view: View): Html[] => [
  ...paragraphs([...(isNothingErased(content) ? [] : [view.texts.downloadsText]), view.texts.copiesText]),
  copiesTable(content, view),
];

function copiesTable({ remainingCopies }: ReceiptContent, { texts, language, day, moment }: View): Html {
  const alike = Map.groupBy(remainingCopies, ({ what, until, endedBy }) => `${what} ${until} ${endedBy}`);
  const rows = [...alike.values()].flatMap((copies) => {
    const [first] = copies;
    if (!first) return [];
    const { what, until, endedBy } = first;
    const [title, about] = texts.copyKinds[what];
    // Of the keys the hour counts: from then on nothing can be read.
    const end = what === 'keys' ? moment : day;
    const grounds = copies.flatMap(({ ground }) => ground ?? []);
    const cited = grounds.map((ground) => citeArticle(ground, language)).join(', ');
    const last = until === 'while-retained' ? texts.whileRetained : end(until);
    const ending = html`${last}<br /><small>${texts.endings[endedBy]}</small>`;
    return [[title, ending, html`${about} <small>${cited}</small>`]];
  });
  return table([texts.copy, texts.until, texts.reason], rows);
}

/** The address of the keys is no link: a page leads nowhere (A29), and whoever checks types it or has it from elsewhere. */
const issuerFacts = (
  { issuer }: ReceiptContent,
  signature: PageSignature | undefined,
  { texts }: View,
): Html => {
  const signed = signature && [
    [texts.fingerprint, html`<code>${signature.fingerprint}</code>`] as const,
    [texts.contentHash, html`<code>${signature.contentHash}</code>`] as const,
  ];
  return facts([
    [texts.issuer, foreign(issuer.name)],
    [texts.issuerKeys, html`<code>${issuer.keys}</code>`],
    ...(signed ?? []),
  ]);
};

/** Maps change and receipts stay: a dataset that the map no longer has goes by its name. */
const titleOf = (dataset: string, { texts, language }: View): string =>
  findDataset(dataset)?.title[language] ?? (dataset === 'unmapped' ? texts.unmapped : dataset);
