import { readFileSync } from 'node:fs';
import * as z from 'zod';

const session = z.object({ login: z.string(), ip: z.string(), ua: z.string() });

/** A person as the site knows them; `exported`, what its own exporters say, stays at the site and is not even read. */
const person = z.object({
  user: z.object({
    id: z.number(),
    login: z.string(),
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    locale: z.string(),
    registered: z.string(),
  }),
  meta: z.object({
    billing_phone: z.string(),
    billing_company: z.string(),
    mo2f_configured_methods: z.array(z.string()),
    mo2f_kba_challenge: z.array(z.object({ question: z.string(), answer: z.string() })),
  }),
  sessions: z.array(session),
});
export type SiteUser = z.output<typeof person>;

const input = z.object({ source: z.string(), site: z.object({ url: z.string() }), users: z.array(person) });
export type SiteData = z.output<typeof input>;

/** What a WordPress site with our plugin holds: real exports of a real installation, of people who are made up. */
export function readSiteData(): SiteData {
  const file = new URL('wordpress-site.json', import.meta.url);
  return input.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The person with this user name. */
export function personOf({ users }: SiteData, login: string): SiteUser {
  const found = users.find(({ user }) => user.login === login);
  if (!found) throw new Error('the site data does not hold the person that the play is about');
  return found;
}

/** English and German are what the service writes in; whoever speaks neither gets English. */
export const languageOf = ({ user }: SiteUser): 'en' | 'de' => (user.locale.startsWith('de') ? 'de' : 'en');
