import * as z from 'zod';
import { deleteObjects, type Bucket } from '#shared/aws/object-prefix.ts';
import { getItem } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import { bundleObjectKey, expireBundle, expireStaging } from './bundles.ts';
import { requestKey } from './request-record.ts';
import { commitChange, readRequest, type RequestStores } from './request-store.ts';
import { findWork, workThrough } from './work-index.ts';

const waiting = z.object({ requestId: z.string(), sk: z.string(), number: z.number().optional() });

const due = z.object({ state: z.string(), expiresAt: z.string() });

/**
 * Deletes bundles and staged pages whose time is over: the objects first, then the row that told of them, so that a
 * crash in between deletes again and forgets nothing (G01). What an attempt at work still needs is left alone.
 */
export async function expireObjects(
  stores: RequestStores,
  buckets: { staging: Bucket; bundles: Bucket },
  now: Date,
): Promise<{ expired: number; failures: unknown[] }> {
  const at = now.toISOString();
  let expired = 0;
  const failures = await workThrough(findWork(stores.requests, 'expire', at), async (item) => {
    const { requestId, sk, number } = waiting.parse(item);
    if (!(await isDue(stores, requestId, sk, at))) return;
    if (await expireOne(stores, buckets, { requestId, number }, at)) expired += 1;
  });
  return { expired, failures };
}

/** Asked of the table itself: the index lags, and a redrive may have put the row anew. */
async function isDue(stores: RequestStores, requestId: string, row: string, at: string): Promise<boolean> {
  const request = await readRequest(stores, requestId);
  const item = await getItem(stores.requests, requestKey(requestId, row));
  if (!request || !item || request.state === 'in-progress') return false;
  const { state, expiresAt } = due.parse(item);
  return state === 'stored' && expiresAt <= at;
}

async function expireOne(
  stores: RequestStores,
  { staging, bundles }: { staging: Bucket; bundles: Bucket },
  { requestId, number }: { requestId: string; number?: number | undefined },
  at: string,
): Promise<boolean> {
  const isBundle = number !== undefined;
  const objects = isBundle
    ? await deleteObjects(bundles, bundleObjectKey(requestId, number))
    : await deleteObjects(staging, `${requestId}/`);
  const { requests } = stores;
  try {
    await commitChange(stores, requestId, {
      event: { note: isBundle ? 'bundle-expired' : 'staging-expired' },
      at,
      actor: 'system',
      facts: isBundle ? { bundle: number } : { objects },
      // By time: a redriven request has the same number again, and its row decides whether it is done.
      detail: isBundle ? `bundle-${number}-${at}` : at,
      items: [
        isBundle ? expireBundle(requests, requestId, number, at) : expireStaging(requests, requestId, at),
      ],
    });
    return true;
  } catch (error) {
    // Another run was here first.
    if (error instanceof TransactionRefused) return false;
    throw error;
  }
}
