import type { Table } from '#shared/aws/table.ts';
import { readController, readSite } from '#shared/sites/site-store.ts';

const siteId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The name that a site's controller stated at enrolment, or undefined where the recipient is no site's id. */
export async function nameRecipient(sites: Table, recipient: string): Promise<string | undefined> {
  const site = siteId.test(recipient) ? await readSite(sites, recipient) : undefined;
  return site && (await readController(sites, site.controllerId))?.name;
}

/** Asks for each name once: a person's disclosures are many, their recipients few. */
export function rememberNames(
  name: (recipient: string) => Promise<string | undefined>,
): (recipient: string) => Promise<string | undefined> {
  const names = new Map<string, Promise<string | undefined>>();
  return (recipient) => {
    const known = names.get(recipient) ?? name(recipient);
    names.set(recipient, known);
    return known;
  };
}
