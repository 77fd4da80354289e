import * as z from 'zod';
import { TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { tombstoneUntil } from '#shared/retention/expire-tombstone.ts';
import { requestKey, workKeys } from './request-record.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import { findWork, workThrough } from './work-index.ts';

const waiting = z.object({ requestId: z.string(), profileId: z.string() });
const rowKey = (requestId: string, profileId: string) => requestKey(requestId, `TOMBSTONE#${profileId}`);

/** The row that says from when on the tombstone of a profile that this request erased may be over; the profile says the day. */
export const putTombstone = (
  { requests }: Pick<RequestStores, 'requests'>,
  requestId: string,
  profileId: string,
  plannedAt: string,
): TransactionItem => ({
  Put: {
    TableName: requests.name,
    Item: {
      ...rowKey(requestId, profileId),
      ...{ requestId, profileId },
      ...workKeys('tombstone', requestId, tombstoneUntil(plannedAt)),
    },
  },
});

/** Has every tombstone ended whose time is over, and says so in the ledger. */
export async function expireTombstones(
  stores: RequestStores,
  now: Date,
  expire: (profileId: string) => Promise<boolean>,
): Promise<{ expired: number; failures: unknown[] }> {
  const at = now.toISOString();
  let expired = 0;
  const failures = await workThrough(findWork(stores.requests, 'tombstone', at), async (item) => {
    const { requestId, profileId } = waiting.parse(item);
    if (!(await expire(profileId))) return;
    try {
      await commitChange(stores, requestId, {
        event: { note: 'tombstone-expired' },
        at,
        actor: 'system',
        facts: { profileId },
        detail: profileId,
        items: [done(stores, requestId, profileId)],
      });
      expired += 1;
    } catch (error) {
      // Another run was here first.
      if (!(error instanceof TransactionRefused)) throw error;
    }
  });
  return { expired, failures };
}

const done = ({ requests }: RequestStores, requestId: string, profileId: string): TransactionItem => ({
  Update: {
    TableName: requests.name,
    Key: rowKey(requestId, profileId),
    UpdateExpression: 'REMOVE workPk, workSk',
    ConditionExpression: 'attribute_exists(workPk)',
  },
});
