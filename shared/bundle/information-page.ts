import { citeArticle } from '#shared/data-map/cite-article.ts';
import type { Article15Facts } from '#shared/data-map/article-15-facts.ts';
import type { Language } from '#shared/data-map/language.ts';
import { foreign, html, type Html } from './html.ts';
import type { ControllerInformation } from './information.ts';
import { informationTexts } from './information-texts.ts';
import { facts, page, section } from './page.ts';

/** `data/information.html`: the Article 15 answer for people. */
export function informationPage(controllers: readonly ControllerInformation[], language: Language): string {
  const texts = informationTexts[language];
  const back = html`<p><a href="index.html">${texts.back}</a></p> `;
  const sections = controllers.map((controller) => controllerSection(controller, language));
  return page(
    language,
    texts.title,
    texts.lead,
    html`${back}${sections}`,
    html`<a href="index.html">${texts.back}</a>`,
  );
}

function controllerSection(controller: ControllerInformation, language: Language): Html {
  const { headings, labels, transfers, ownWords, noData, basisNote } = informationTexts[language];
  const own = controller.ownWords;
  const country =
    new Intl.DisplayNames([language], { type: 'region' }).of(controller.country) ?? controller.country;
  const { processor } = controller;
  return section(foreign(controller.name), [
    facts([
      [labels.contact, foreign(controller.contact)],
      [labels.country, country],
      ...(processor
        ? [[labels.processor, html`${foreign(processor.name)} (${processor.role})`] as const]
        : []),
    ]),
    ...(controller.datasets.length === 0
      ? [html`<p>${noData}</p> `]
      : [html`<p class="soft">${basisNote}</p> `]),
    ...controller.datasets.map((dataset) => datasetFacts(dataset, language)),
    ...(['purposes', 'recipients', 'retention', 'source'] as const)
      .filter((topic) => own[topic] !== undefined)
      .map(
        (topic) =>
          html`<h3>${labels[topic]}: ${ownWords}</h3>
            <p>${foreign(own[topic] ?? '')}</p> `,
      ),
    html`<h3>${headings.automatedDecisions}</h3>
      <p>${own.automatedDecisions ?? controller.automatedDecisions}</p> `,
    html`<h3>${headings.transfers}</h3>
      ${transfersText(controller, own.transfers, transfers)}`,
    html`<h3>${headings.rights}</h3>
      ${rightsText(controller, own.rights)}`,
    html`<h3>${headings.complaint}</h3>
      <p>${own.complaint ?? controller.complaint}</p> `,
  ]);
}

function datasetFacts(dataset: Article15Facts, language: Language): Html {
  const { labels } = informationTexts[language];
  const { basis } = dataset;
  const article = citeArticle(basis.article, language);
  return html`<h3>${dataset.title}</h3>
    ${facts([
      [labels.purposes, dataset.purposes.map(({ title }) => title).join('; ')],
      [labels.categories, dataset.categories.map(({ title }) => title).join(', ')],
      [
        labels.basis,
        `${basis.title} (${[article, basis.reference].filter((part) => part !== undefined).join('; ')})`,
      ],
      [labels.recipients, recipientsText(dataset.recipients)],
      [labels.retention, dataset.retention],
      [labels.source, dataset.source],
    ])}`;
}

/** Each recipient once, with all that it does. */
function recipientsText(recipients: Article15Facts['recipients']): string {
  const roles = Map.groupBy(recipients, ({ name }) => name);
  return [...roles].map(([name, same]) => `${name} (${same.map(({ role }) => role).join('; ')})`).join('; ');
}

function transfersText(controller: ControllerInformation, own: string | undefined, lead: string): Html {
  if (own !== undefined) return html`<p>${foreign(own)}</p> `;
  const items = controller.transfers.map(
    ({ recipient, safeguard }) => html`<li>${recipient}: ${safeguard}</li> `,
  );
  return items.length === 0
    ? html`<p>–</p> `
    : html`<p>${lead}</p>
        <ul>
          ${items}
        </ul> `;
}

const rightsText = (controller: ControllerInformation, own: string | undefined): Html =>
  own === undefined
    ? html`<ul>
        ${controller.rights.map((right) => html`<li>${right}</li> `)}
      </ul> `
    : html`<p>${foreign(own)}</p> `;
