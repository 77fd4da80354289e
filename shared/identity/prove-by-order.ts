import { isOrder } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { commitVouched } from './vouched-proof.ts';

/** What signs a person in belongs to the controller's own data as well, so an order reaches all of it (A1). */
const level = 2;

/**
 * Makes the proof of a request that a site's controller ordered. It is an authority of its own and proves nobody's identity:
 * the event is another than that of a person. The site's signature, by a key with the scope `orders`, was verified by
 * whoever filed the request; what the proof opens is that site's profile of that user alone (A10).
 * @returns the level, or undefined where the request is no order
 */
export async function proveByOrder(
  stores: RequestStores,
  proofKey: MacKey,
  requestId: string,
  now: Date,
): Promise<number | undefined> {
  const request = await readRequest(stores, requestId);
  const isOrdered = request?.right === 'erasure' && isOrder(request);
  if (!isOrdered) return undefined;
  const method = 'controller-order';
  return commitVouched(stores, proofKey, request, {
    ...{ event: 'ordered', level, method, proofMethod: method, now },
  });
}
