import { citeArticle } from '#shared/data-map/cite-article.ts';
import type { Article15Facts } from '#shared/data-map/article-15-facts.ts';
import type { Language } from '#shared/data-map/language.ts';
import type { InformationTopic } from './bundle-content.ts';
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
  const { headings, labels, noData, basisNote } = informationTexts[language];
  const { processor, datasets, ownWords } = controller;
  const own = (topic: InformationTopic): Html => ownPart(ownWords[topic], language);
  return section(foreign(controller.name), [
    facts([
      [labels.contact, foreign(controller.contact)],
      [labels.country, countryName(controller.country, language)],
      ...(processor
        ? [[labels.processor, html`${foreign(processor.name)} (${processor.role})`] as const]
        : []),
    ]),
    html`<p class="soft">${datasets.length === 0 ? noData : basisNote}</p> `,
    ...datasets.map((dataset) => datasetFacts(dataset, language)),
    ...(['purposes', 'recipients', 'retention', 'source'] as const)
      .filter((topic) => ownWords[topic] !== undefined)
      .map(
        (topic) =>
          html`<h3>${labels[topic]}</h3>
            ${own(topic)}`,
      ),
    html`<h3>${headings.automatedDecisions}</h3>
      <p>${controller.automatedDecisions}</p>
      ${own('automatedDecisions')}`,
    html`<h3>${headings.transfers}</h3>
      ${safeguards(controller, language)}${own('transfers')}`,
    html`<h3>${headings.rights}</h3>
      <ul>
        ${controller.rights.map((right) => html`<li>${right}</li> `)}
      </ul>
      ${own('rights')}`,
    html`<h3>${headings.complaint}</h3>
      <p>${controller.complaint}</p>
      ${own('complaint')}`,
  ]);
}

/** The controller adds to what the law wants said; it cannot take from it. */
const ownPart = (text: string | undefined, language: Language): Html =>
  text === undefined
    ? html``
    : html`<p class="own">${informationTexts[language].ownWords}: ${foreign(text)}</p> `;

const countryName = (code: string, language: Language): string =>
  /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code) : code;

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

function safeguards({ transfers }: ControllerInformation, language: Language): Html {
  if (transfers.length === 0) return html`<p>–</p> `;
  const items = transfers.map(({ recipient, safeguard }) => html`<li>${recipient}: ${safeguard}</li> `);
  return html`<p>${informationTexts[language].transfers}</p>
    <ul>
      ${items}
    </ul> `;
}
