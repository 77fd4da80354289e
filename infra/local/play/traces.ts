import type { Bag } from './bag.ts';
import type { SiteUser } from './site-user.ts';

/** What tells a person apart, wherever it stands: address, names, phone, company, IP addresses. */
function marksOf({ user, meta, sessions }: SiteUser): string[] {
  const marks = [
    user.email,
    user.login,
    user.lastName,
    `${user.firstName} ${user.lastName}`,
    meta.billing_phone,
    meta.billing_company,
    ...sessions.map(({ ip }) => ip),
  ];
  return [...new Set(marks.filter((mark) => mark !== ''))];
}

/** Marks of others that the person of a bundle does not share with them. */
export function foreignMarks(own: SiteUser, everybody: readonly SiteUser[]): string[] {
  const shared = new Set(marksOf(own));
  return everybody
    .filter(({ user }) => user.id !== own.user.id)
    .flatMap(marksOf)
    .filter((mark) => !shared.has(mark));
}

/** Where any of these texts stands in a bundle, as it is or escaped for JSON, CSV or HTML. */
export function findTexts({ files }: Bag, texts: readonly string[]): string[] {
  return [...files].flatMap(([path, content]) => {
    const text = content.toString('utf8').toLowerCase();
    const isIn = texts.some((one) => formsOf(one).some((form) => text.includes(form.toLowerCase())));
    return isIn ? [path] : [];
  });
}

const formsOf = (text: string): string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  text.replaceAll('"', '""'),
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
];
