/** An erasure of two profiles that goes as far as a test wants it to, and the receipt that is made of it. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { expect } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { buildReceipt } from '#shared/receipts/build-receipt.ts';
import type { ReceiptContent } from '#shared/receipts/receipt-content.ts';
import { signReceipt } from '#shared/receipts/sign-receipt.ts';
import { email, knownProfile, later, startErasure, store } from './erasure-request.ts';
import { receiptFacts, runErasure } from './erasure-work.ts';
import { evidenceKey } from './evidence-key.ts';
import { requireRequest } from './filed-request.ts';
import { recounting } from './recounting.ts';
import type { World } from './vault-world.ts';

/** When the work is done. */
export const done = new Date(later(1_000));

class Reached extends Error {}

export type ErasureToSign = Awaited<ReturnType<typeof erasureToSign>>;

/** Begins the erasure of a profile that is erased, and of one that a security question keeps whole. */
export async function erasureToSign(world: World) {
  const address = email();
  const scope = [uuid(), uuid()].sort();
  const ids: string[] = [];
  for (const controllerId of scope) ids.push(await knownProfile(world, [address], { controllerId }));
  const [erased = '', withheld = ''] = ids;
  await store(world, erased, 'account');
  await store(world, erased, 'support-case', { count: 3 });
  await store(world, withheld, 'security-question', { count: 2 });
  const requestId = await startErasure(world, address, { scope });
  return {
    ...{ address, scope, ids, requestId },
    /** Runs it up to a step. */
    workUpTo: async (step: string): Promise<void> => {
      const call = <T>(one: string, work: () => Promise<T>): Promise<T> =>
        one === step ? Promise.reject(new Reached()) : work();
      await expect(runErasure(world, requestId, { now: () => done, call })).rejects.toBeInstanceOf(Reached);
    },
    build: async (): Promise<ReceiptContent> =>
      buildReceipt(world, await requireRequest(world, requestId), receiptFacts),
    sign: async (content: ReceiptContent, when = done): Promise<string> =>
      signReceipt(world.requests, await evidenceKey(world), { requestId }, content, when),
    receipts: () => queryAll(world.requests, `R#${requestId}`, 'RECEIPT#'),
    eventOf: async (type: string, profileId?: string) =>
      (await readChain(world.ledger, `R#${requestId}`)).findLast(
        (event) => event.type === type && (profileId === undefined || event.facts['profileId'] === profileId),
      ),
    /** Of the profile that is erased. */
    recount: () => recounting(world, { requestId, profileId: erased }),
  };
}

/** Makes a request's rows what they were. */
export async function putBack({ requests }: World, requestId: string, rows: readonly Item[]): Promise<void> {
  const TableName = requests.name;
  for (const { pk, sk } of await queryAll(requests, `R#${requestId}`))
    await requests.client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  for (const Item of rows) await requests.client.send(new PutCommand({ TableName, Item }));
}
