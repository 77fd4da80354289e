import * as z from 'zod';
import { deleteObjects, type Bucket } from '#shared/aws/object-prefix.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import { bundleObjectKey, expireBundle, expireStaging } from './bundles.ts';
import { commitChange, readRequest, type RequestStores } from './request-store.ts';
import { findWork } from './work-index.ts';

const waiting = z.object({ requestId: z.string(), sk: z.string(), number: z.number().optional() });

/**
 * Deletes bundles and staged pages whose time is over: the objects first, then the row that told of them, so that a
 * crash in between deletes again and forgets nothing (G01). What an attempt at work still needs is left alone.
 */
export async function expireObjects(
  stores: RequestStores,
  { staging, bundles }: { staging: Bucket; bundles: Bucket },
  now: Date,
): Promise<number> {
  const at = now.toISOString();
  let expired = 0;
  for await (const item of findWork(stores.requests, 'expire', at)) {
    const { requestId, number } = waiting.parse(item);
    const request = await readRequest(stores, requestId);
    if (!request || request.state === 'in-progress') continue;
    const isBundle = number !== undefined;
    const objects = isBundle
      ? await deleteObjects(bundles, bundleObjectKey(requestId, number))
      : await deleteObjects(staging, `${requestId}/`);
    try {
      await commitChange(stores, requestId, {
        event: { note: isBundle ? 'bundle-expired' : 'staging-expired' },
        at,
        actor: 'system',
        facts: isBundle ? { bundle: number } : { objects },
        // By time: a redriven request has the same number again, and its row decides whether it is done.
        detail: isBundle ? `bundle-${number}-${at}` : at,
        items: [
          isBundle
            ? expireBundle(stores.requests, requestId, number)
            : expireStaging(stores.requests, requestId),
        ],
      });
      expired += 1;
    } catch (error) {
      // Another run was here first.
      if (!(error instanceof TransactionRefused)) throw error;
    }
  }
  return expired;
}
