import type { Key, Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { keyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { matchCode, useCode } from './code-store.ts';

/** A site whose controller's contact confirms a key for orders. */
export type ContactOfSite = {
  readonly siteId: string;
  readonly confirmationId: string;
  readonly publicKey: string;
};

/** Beside the codes of requests, where those who make and check codes may write; one per site. */
export const contactCodeRow = (siteId: string): Key => ({ pk: `S#${siteId}`, sk: 'CODE' });

/** Bound to the site, to this asking, and to the key: a code confirms nothing else. */
export const macOfContactCode = (
  key: MacKey,
  { siteId, confirmationId, publicKey }: ContactOfSite,
  code: string,
): Promise<string> => keyedHash(key, 'contact-code', siteId, confirmationId, publicKey, code);

/** Whether the contact has this code; it is used up then. Whatever is wrong, the answer is false and nothing more. */
export async function confirmByCode(
  requests: Table,
  codeKey: MacKey,
  contact: ContactOfSite,
  { code, now }: { code: string; now: Date },
): Promise<boolean> {
  const row = contactCodeRow(contact.siteId);
  const mac = await matchCode(requests, row, { code, now }, (typed) =>
    macOfContactCode(codeKey, contact, typed),
  );
  if (mac === undefined) return false;
  try {
    await transact(requests.client, [useCode(requests, row, mac, now)]);
    return true;
  } catch (error) {
    if (error instanceof TransactionRefused) return false;
    throw error;
  }
}
