/** Text that is markup already. Only `html` makes it. */
export type Html = { readonly markup: string };

type Value = Html | readonly Html[] | string | number | undefined | false;

/**
 * A template for HTML in which every value is escaped, unless it was made by this template: nothing that a site or a
 * person wrote becomes markup (A29).
 *
 * @example
 * html`<li>${name}</li>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.map((part, index) => (index < values.length ? part + render(values[index]) : part));
  return { markup: markup.join('') };
}

/** Text from outside, cut off from the direction of the text around it, so that it cannot turn that about. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`;

function render(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
