import type { Exception } from '#shared/data-map/exception.ts';
import { tombstoneDays } from '#shared/retention/expire-tombstone.ts';
import { terms } from '#shared/requests/deadlines/due-date.ts';
import type { RemainingCopy } from './receipt-content.ts';

/** Terms of the product itself, the same on every stage. */
export const copyTerms = {
  tombstoneDays,
  /** After the end of a request its key, and with it the address that it was answered to, is destroyed (G01). */
  contactDays: terms.contactDays,
  /** Ledger, request and receipt stay until the end of this many calendar years after that of the end (G01). */
  evidenceYears: 3,
  /** A counter counts within a day and its row ends a day later; DynamoDB deletes it some days after that. */
  counterDays: 9,
  /**
   * SES gives a mail up after 14 hours.
   * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html
   */
  mailHours: 14,
  /** Until the scheduled run that ends something has come round, faults of a day included. */
  runDays: 1,
  /** What CloudTrail and Step Functions keep by themselves. */
  historyDays: 90,
} as const;

/** What the deployed stage says. */
export type RecoverySettings = {
  /** For so long a function may still hold a key that it unwrapped before the destruction. */
  readonly longestFunctionSeconds: number;
  /** Point-in-time recovery of `keys`. */
  readonly keyRecoveryDays: number;
  /** Point-in-time recovery of the other tables. */
  readonly tableRecoveryDays: number;
  /** The longest retention of a queue, dead letters included. */
  readonly queueRetentionDays: number;
  readonly logRetentionDays: number;
};

export type ConcludedErasure = {
  /** Of the last key of the request's profiles; absent where every profile was withheld. */
  readonly keysDestroyedAt?: string;
  readonly concludedAt: string;
  /** Why data was kept, of every dataset that has some left. */
  readonly kept: readonly Exception[];
};

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Every copy that can still exist after an erasure, each with its last moment and what ends it (A9): what no deployed program
 * does is not said to end by itself. Bundles and staged pages are not among
 * them: they are deleted and looked for again before a receipt is made.
 */
export const remainingCopies = (settings: RecoverySettings, erasure: ConcludedErasure): RemainingCopy[] => [
  ...copiesOfData(settings, erasure),
  ...copiesOfRequest(settings, erasure.concludedAt),
];

/** To show what was done, and to keep it done, is a legal duty (Art. 5(2), 24). */
const duty: Exception = '17(3)(b)';

function copiesOfData(settings: RecoverySettings, erasure: ConcludedErasure): RemainingCopy[] {
  const { keysDestroyedAt, concludedAt, kept } = erasure;
  const recovery = settings.tableRecoveryDays * day;
  const grounds = [...new Set(kept)].toSorted();
  const whileRetained = (what: 'retained-records' | 'index-entries'): RemainingCopy[] =>
    grounds.map((ground) => ({ what, until: 'while-retained', endedBy: 'person', ground }));
  const retained = [...whileRetained('retained-records'), ...whileRetained('index-entries')];
  if (keysDestroyedAt === undefined) return retained;
  return [
    { what: 'keys', until: after(keysDestroyedAt, keyLinger(settings)), endedBy: 'service' },
    // Rows are deleted between the destruction of the keys and the end: the end is on the safe side.
    { what: 'ciphertext', until: after(concludedAt, recovery), endedBy: 'service' },
    ...retained,
    {
      what: 'tombstone',
      until: after(concludedAt, (copyTerms.tombstoneDays + copyTerms.runDays) * day + recovery),
      endedBy: 'run',
      ground: duty,
    },
  ];
}

function copiesOfRequest(settings: RecoverySettings, concludedAt: string): RemainingCopy[] {
  // A mail that cannot be delivered is tried anew until the address goes; that is the last thing done for a request.
  const lastWord = after(concludedAt, (copyTerms.contactDays + copyTerms.runDays) * day);
  const evidence = after(
    endOfYearAfter(concludedAt, copyTerms.evidenceYears),
    settings.tableRecoveryDays * day,
  );
  const logDays = Math.max(settings.logRetentionDays, copyTerms.historyDays);
  return [
    { what: 'contact', until: after(lastWord, keyLinger(settings)), endedBy: 'run', ground: duty },
    // No run deletes either yet (docs/limits.md).
    { what: 'request-record', until: evidence, endedBy: 'person', ground: duty },
    { what: 'ledger', until: evidence, endedBy: 'person', ground: duty },
    { what: 'counters', until: after(lastWord, copyTerms.counterDays * day), endedBy: 'service' },
    { what: 'mail', until: after(lastWord, copyTerms.mailHours * hour), endedBy: 'service' },
    { what: 'queues', until: after(lastWord, settings.queueRetentionDays * day), endedBy: 'service' },
    { what: 'logs', until: after(lastWord, logDays * day), endedBy: 'service' },
  ];
}

/** How long a key outlives its destruction: in a function that holds it, then in the recovery of its table. */
const keyLinger = ({ longestFunctionSeconds, keyRecoveryDays }: RecoverySettings): number =>
  longestFunctionSeconds * 1_000 + keyRecoveryDays * day;

const after = (from: string, milliseconds: number): string =>
  new Date(Date.parse(from) + milliseconds).toISOString();

/** The first moment after the year that lies `years` after the one of `time`, in UTC. */
const endOfYearAfter = (time: string, years: number): string =>
  `${new Date(time).getUTCFullYear() + years + 1}-01-01T00:00:00.000Z`;
