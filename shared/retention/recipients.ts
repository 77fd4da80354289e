import * as z from 'zod';
import type { RecordPayload } from '#shared/vault/record-store.ts';
import type { Found } from './counts.ts';

const siteId = z.uuid();
/** More sites than that have never had one person's data; beyond it they are counted. */
const most = 1_000;

/**
 * Adds the recipients of disclosures to those that are to be told of an erasure (Art. 19, G18): a site by its id, which is
 * how its reads are kept; whoever is kept by name is counted, so that no name leaves the vault.
 */
export function addRecipients(
  { recipients, otherDisclosures }: Pick<Found, 'recipients' | 'otherDisclosures'>,
  disclosures: readonly Pick<RecordPayload, 'data'>[],
): Pick<Found, 'recipients' | 'otherDisclosures'> {
  const sites = new Set(recipients);
  let others = otherDisclosures;
  for (const { data } of disclosures) {
    const site = siteId.safeParse(data['recipient']);
    if (site.success && (sites.has(site.data) || sites.size < most)) sites.add(site.data);
    else others += 1;
  }
  return { recipients: [...sites].toSorted(), otherDisclosures: others };
}
