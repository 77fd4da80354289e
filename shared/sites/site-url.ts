import * as z from 'zod';

/** The URL as it was understood, or undefined: HTTPS only, and nothing in it but host and path. */
function parseSiteUrl(text: string): URL | undefined {
  if (!/^https:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return url.protocol === 'https:' && plain ? url : undefined;
}

export const siteUrl = z
  .string()
  .max(300)
  .refine(
    (text) => parseSiteUrl(text) !== undefined,
    'expected an https URL without user, query or fragment',
  );

/** Host of a site's URL as enrolment codes name it: lower case, A-labels, with a port that is not the usual one. */
export const hostOf = (url: string): string | undefined => parseSiteUrl(url)?.host;

/** A host as it may be written on the command line, in the form in which it is compared; undefined if it is none. */
export const normaliseHost = (host: string): string | undefined =>
  /^[^/?#@\s\\]+$/.test(host) ? hostOf(`https://${host}/`) : undefined;
