import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { getItem, type Table } from '#shared/aws/table.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import type { Effect } from './effects.ts';
import { askForMessage } from './messages-outbox.ts';
import { requestKey } from './request-record.ts';
import { commitChange, type RequestStores } from './request-store.ts';

/** A second identifier of the person whose first one is proven: the number of a phone. */
export const secondIdentifier = z.object({ kind: z.literal('phone'), hash: z.string() });
export type SecondIdentifier = z.output<typeof secondIdentifier>;

const secondRow = secondIdentifier.extend({
  /** Whether a code goes there. Where it does not, the row is written all the same, so that naming one tells nothing. */
  sends: z.boolean(),
  /** The number under the request's key; gone once its message has ended. */
  sealed: bytes.optional(),
});

const rowKey = (requestId: string, messageId: string) => requestKey(requestId, `SECOND#${messageId}`);
const binding = (requestId: string, messageId: string): readonly string[] => ['second', requestId, messageId];

/** Thrown when the key of a request is gone: nothing can be kept for it any more. */
export class RequestKeyGone extends Error {
  override readonly name = 'RequestKeyGone';
}

/**
 * Keeps a second identifier that the person of a proven request named, with the message that brings its code. All is done
 * alike whether a code is to go out (`sends`) or not.
 * @throws RequestKeyGone
 */
export async function askForSecondCode(
  stores: RequestStores,
  vault: VaultKeys,
  requestId: string,
  second: SecondIdentifier & { readonly value: string; readonly sends: boolean },
  { messageId, now }: { messageId: string; now: Date },
): Promise<Effect[]> {
  const { value, ...kept } = second;
  const at = now.toISOString();
  const { requests } = stores;
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(seal(key, binding(requestId, messageId), Buffer.from(value, 'utf8'))),
  );
  if (opened.status !== 'open') throw new RequestKeyGone(`request ${requestId} has no key`);
  const Item = { ...rowKey(requestId, messageId), ...kept, sealed: opened.value };
  await commitChange(stores, requestId, {
    event: { note: 'second-code-asked' },
    at,
    actor: 'subject',
    detail: messageId,
    items: [
      { Put: { TableName: requests.name, Item } },
      askForMessage(requests, requestId, { messageId, kind: 'second-code', at }),
    ],
  });
  return [{ kind: 'send-message', requestId, messageId }];
}

/** Where the code of a message goes; undefined where none is to be sent, or the number or its key is gone. */
export async function readSecond(
  requests: Table,
  vault: VaultKeys,
  requestId: string,
  messageId: string,
): Promise<(SecondIdentifier & { readonly value: string }) | undefined> {
  const item = await getItem(requests, rowKey(requestId, messageId));
  if (!item) return undefined;
  const { kind, hash, sends, sealed } = secondRow.parse(item);
  if (!sends || !sealed) return undefined;
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(unseal(key, binding(requestId, messageId), sealed).toString('utf8')),
  );
  return opened.status === 'open' ? { kind, hash, value: opened.value } : undefined;
}

/** Lets go of the number once nothing more is sent there: the proof holds its hash alone. */
export async function forgetSecond(requests: Table, requestId: string, messageId: string): Promise<void> {
  const update = new UpdateCommand({
    TableName: requests.name,
    Key: rowKey(requestId, messageId),
    UpdateExpression: 'REMOVE sealed',
  });
  await requests.client.send(update);
}
