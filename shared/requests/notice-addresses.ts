import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { identifierBinding, type IdentifierRow } from '#shared/profiles/identifier-store.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { askForMessage } from './messages-outbox.ts';
import {
  messageIdOf,
  noticeIdOf,
  readNotice,
  writeNotice,
  type Notice,
  type NoticeAddress,
} from './notices.ts';
import { PlanForged } from './tasks.ts';

/** An address that is told of an erasure, in clear. */
export type Told = NoticeAddress & { readonly noticeId: string; readonly hash: string };

/** Addresses in clear; none of a profile whose key has gone meanwhile. */
export async function openAddresses(
  vault: VaultKeys,
  requestId: string,
  profileId: string,
  rows: readonly IdentifierRow[],
): Promise<Told[]> {
  const opened = await withKey(vault, `P#${profileId}`, 'ordinary', ({ key }) =>
    Promise.resolve(
      rows.flatMap(({ kind, hash, sealed }) => {
        if (kind === 'username') return [];
        const value = unseal(key, identifierBinding(profileId, kind, hash), sealed).toString('utf8');
        return [{ noticeId: noticeIdOf(requestId, kind, hash), hash, kind, value }];
      }),
    ),
  );
  return opened.status === 'open' ? opened.value : [];
}

/**
 * Puts each address under the request's key, with the message that goes there. What an earlier try wrote stands.
 * @returns what was written, each by its digest
 * @throws PlanForged where something else stands there
 */
export async function writeNotices(
  { requests, vault }: { readonly requests: Table; readonly vault: VaultKeys },
  requestId: string,
  addresses: readonly Told[],
  { until, now }: { until: string; now: string },
): Promise<{ noticeId: string; digest: string }[]> {
  if (addresses.length === 0) return [];
  const written = await withKey(vault, `R#${requestId}`, 'request', async ({ key }) => {
    const notices: { noticeId: string; digest: string }[] = [];
    for (const { noticeId, kind, value } of addresses) {
      const notice = { noticeId, kind, value, until };
      const { write, digest } = writeNotice(requests, requestId, key, notice);
      const messageId = messageIdOf(noticeId);
      const message = { messageId, kind: 'erasure-notice', noticeId, at: now } as const;
      try {
        await transact(requests.client, [write, askForMessage(requests, requestId, message)]);
        notices.push({ noticeId, digest });
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        notices.push({ noticeId, digest: await standingDigest({ requests, vault }, requestId, notice) });
      }
    }
    return notices;
  });
  if (written.status !== 'open') throw new PlanForged(`request ${requestId} has no key to warn under`);
  return written.value;
}

/** The digest of what an earlier try wrote: the same address, and an end that was earlier. @throws PlanForged */
async function standingDigest(
  { requests, vault }: { readonly requests: Table; readonly vault: VaultKeys },
  requestId: string,
  { noticeId, kind, value, until }: Notice & { noticeId: string },
): Promise<string> {
  const stands = await readNotice(requests, vault, requestId, noticeId);
  if (stands?.kind !== kind || stands.value !== value || stands.until > until)
    throw new PlanForged(`a notice of request ${requestId} was planted`);
  return stands.digest;
}
