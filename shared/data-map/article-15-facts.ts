import { basisFacts, type Basis } from './basis.ts';
import { categories } from './category.ts';
import type { Dataset, DatasetName } from './data-map.ts';
import type { Language } from './language.ts';
import { purposeTitles } from './purpose.ts';
import { recipients } from './recipient.ts';
import { describeRetention } from './retention.ts';

type Term = { readonly term: string; readonly title: string };

/** What Art. 15(1)-(2) wants said about a kind of data, in the person's language. */
export type Article15Facts = {
  readonly dataset: DatasetName;
  readonly title: string;
  readonly purposes: readonly Term[];
  readonly categories: readonly Term[];
  /** The usual one: each record states its own. */
  readonly basis: {
    readonly term: Basis;
    readonly title: string;
    readonly article: string;
    readonly reference?: string;
  };
  readonly recipients: readonly {
    readonly name: string;
    readonly country: string;
    readonly role: string;
    readonly safeguard?: string;
  }[];
  readonly retention: string;
  readonly source: string;
};

/** The facts of a dataset as the map gives them. */
export function article15Facts(dataset: Dataset, language: Language): Article15Facts {
  const { title, article } = basisFacts[dataset.basis];
  return {
    dataset: dataset.name,
    title: dataset.title[language],
    purposes: dataset.purposes.map((term) => ({ term, title: purposeTitles[term][language] })),
    categories: dataset.categories.map((term) => ({ term, title: categories[term][language] })),
    basis: {
      term: dataset.basis,
      title: title[language],
      article,
      ...(dataset.basisReference && { reference: dataset.basisReference[language] }),
    },
    recipients: dataset.recipients.map((name) => {
      const recipient = recipients[name];
      return {
        name: recipient.name,
        country: recipient.country,
        role: recipient.role[language],
        safeguard: recipient.safeguard[language],
      };
    }),
    retention: describeRetention(dataset.retention, language),
    source: dataset.source[language],
  };
}
