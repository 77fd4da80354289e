import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { liftRestriction, restriction } from '#shared/profiles/restriction.ts';
import { requestKey } from './request-record.ts';
import { AttemptSuperseded } from './request-store.ts';

type Stores = { readonly requests: Table; readonly directory: Table };
const row = z.object({ profileId: z.string() });

/**
 * Restricts a profile for an erasure that cools off, and notes that it does: whoever lets go of it later goes by that note,
 * since the identifier that led to the profile may lead elsewhere by then. All in one transaction with the request being in
 * this attempt: what is restricted for one that was stopped, nobody would ever let go of again.
 * @returns false where the profile is not open
 * @throws AttemptSuperseded
 */
export async function restrictFor(
  { requests, directory }: Stores,
  { requestId, attempt }: { requestId: string; attempt: number },
  profileId: string,
): Promise<boolean> {
  const Item = { ...requestKey(requestId, `RESTRICTED#${profileId}`), profileId };
  try {
    await transact(requests.client, [
      coolsOff(requests, requestId, attempt),
      { Put: { TableName: requests.name, Item } },
      restriction(directory, profileId, requestId),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.failed.includes(0))
      throw new AttemptSuperseded(`request ${requestId} was stopped`, { cause: error });
    return false;
  }
}

const coolsOff = (requests: Table, requestId: string, attempt: number): TransactionItem => ({
  ConditionCheck: {
    TableName: requests.name,
    Key: requestKey(requestId, 'META'),
    ConditionExpression: '#state = :coolingOff AND attempt = :attempt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':coolingOff': 'cooling-off', ':attempt': attempt },
  },
});

/** The profiles that a request has restricted, whether or not it has let go of them since. */
export async function readRestricted(requests: Table, requestId: string): Promise<ReadonlySet<string>> {
  const rows = await queryAll(requests, `R#${requestId}`, 'RESTRICTED#');
  return new Set(rows.map((item) => row.parse(item).profileId));
}

/** Lets go of every profile that this request has restricted, but for those that it keeps. @returns how many */
export async function letGo(
  { requests, directory }: Stores,
  requestId: string,
  keeps: ReadonlySet<string> = new Set(),
): Promise<number> {
  const going = [...(await readRestricted(requests, requestId))].filter((profileId) => !keeps.has(profileId));
  for (const profileId of going) await liftRestriction(directory, profileId, requestId);
  return going.length;
}
