import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { requestKey } from './request-record.ts';

const contact = z.object({ email: z.string() });
/** Where the person of a request can be written to. Lies under the request's own key, and goes with it. */
export type Contact = z.output<typeof contact>;
const contactRow = z.object({ sealed: bytes });

const binding = (requestId: string): readonly string[] => ['contact', requestId];

/** The write of a contact, sealed with the request's key that the caller lends. */
export function writeContact(
  requests: Table,
  requestId: string,
  key: Buffer,
  value: Contact,
): TransactionItem {
  const sealed = seal(key, binding(requestId), Buffer.from(JSON.stringify(value), 'utf8'));
  return {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(requestId, 'CONTACT'), sealed },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The contact of a request; undefined where there is none, or its key is gone. */
export async function readContact(
  requests: Table,
  vault: VaultKeys,
  requestId: string,
): Promise<Contact | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'CONTACT'));
  if (!item) return undefined;
  const { sealed } = contactRow.parse(item);
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(contact.parse(JSON.parse(unseal(key, binding(requestId), sealed).toString('utf8')))),
  );
  return opened.status === 'open' ? opened.value : undefined;
}
