import type { Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { effectIdOf, nextEvent, type LedgerHead } from '#shared/ledger/event.ts';
import { appendEvent } from '#shared/ledger/ledger-store.ts';
import type { Site } from './site.ts';

export type SiteEventType = 'site-enrolled' | 'site-key-added' | 'site-key-revoked';

/**
 * The event that follows in a site's own chain, as a write that joins the transaction of the change itself, and the head
 * that the site's row must hold from then on. The functions that write here cannot read the ledger.
 */
export function followSiteEvent(
  ledger: Table,
  { siteId, ledgerHead }: Pick<Site, 'siteId' | 'ledgerHead'>,
  event: {
    type: SiteEventType;
    keyId: string;
    at: string;
    facts: Readonly<Record<string, string | boolean>>;
  },
): { write: TransactionItem; head: LedgerHead } {
  const { type, keyId, at, facts } = event;
  const next = nextEvent(ledgerHead, {
    requestId: siteId,
    type,
    at,
    actor: 'site',
    facts: { keyId, ...facts },
    effectId: effectIdOf(siteId, type, keyId),
  });
  return { write: appendEvent(ledger, `S#${siteId}`, next), head: { seq: next.seq, hash: next.hash } };
}
