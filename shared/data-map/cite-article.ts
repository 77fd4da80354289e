import type { Language } from './language.ts';

/**
 * An article of the GDPR as lawyers of a language cite it.
 *
 * @example
 * citeArticle('6(1)(a)', 'de') // Art. 6 Abs. 1 lit. a DSGVO
 */
export function citeArticle(article: string, language: Language): string {
  if (language === 'en') return `Art. ${article} GDPR`;
  const german = article.replaceAll(/\((\d+)\)/g, ' Abs. $1').replaceAll(/\(([a-z])\)/g, ' lit. $1');
  return `Art. ${german} DSGVO`;
}
