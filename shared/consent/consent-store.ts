import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';

export const decisions = ['given', 'refused', 'withdrawn'] as const;
export type Decision = (typeof decisions)[number];

const consentRow = z.object({
  purpose: z.string(),
  decision: z.enum(decisions),
  consentId: z.string(),
  noticeVersion: z.string(),
  at: z.string(),
  receivedAt: z.string(),
});
/** Where one purpose stands: a `CONSENT#purpose` row of a profile. The evidence is a record of its own, retained. */
export type Consent = z.output<typeof consentRow>;
const consentKey = (profileId: string, purpose: string) => ({
  pk: `P#${profileId}`,
  sk: `CONSENT#${purpose}`,
});

export async function readConsents(
  directory: Table,
  profileId: string,
): Promise<ReadonlyMap<string, Consent>> {
  const items = await queryAll(directory, `P#${profileId}`, 'CONSENT#');
  return new Map(items.map((item) => consentRow.parse(item)).map((consent) => [consent.purpose, consent]));
}

/** The newest decision by the site's own clock stands: a replayed older one changes nothing (A7). */
export function supersedes(
  next: Pick<Consent, 'at' | 'decision'>,
  standing: Pick<Consent, 'at' | 'decision'> | undefined,
): boolean {
  if (standing === undefined) return true;
  const [mine, theirs] = [Date.parse(next.at), Date.parse(standing.at)];
  // Of two at the same moment the one that ends something stands (G05).
  return mine === theirs ? next.decision !== 'given' || standing.decision === 'given' : mine > theirs;
}

/** The write of a decision, refused where one stands that it does not supersede. */
export function writeConsent(directory: Table, profileId: string, consent: Consent): TransactionItem {
  const { purpose, decision, at } = consent;
  const atOneMoment = decision === 'given' ? '(#at = :at AND decision = :decision)' : '#at = :at';
  return {
    Put: {
      TableName: directory.name,
      Item: { ...consentKey(profileId, purpose), ...consent },
      ConditionExpression: `attribute_not_exists(pk) OR #at < :at OR ${atOneMoment}`,
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at, ...(decision === 'given' && { ':decision': decision }) },
    },
  };
}

/** Condition of a write that rests on a consent: it still stands as it was read (race 2). */
export function consentStands(
  directory: Table,
  profileId: string,
  { purpose, consentId }: Consent,
): TransactionItem {
  return {
    ConditionCheck: {
      TableName: directory.name,
      Key: consentKey(profileId, purpose),
      ConditionExpression: 'consentId = :consentId AND decision = :given',
      ExpressionAttributeValues: { ':consentId': consentId, ':given': 'given' },
    },
  };
}

/** The consents behind these purposes, or undefined where one of them is not given (P17). */
export function consentsFor(
  consents: ReadonlyMap<string, Consent>,
  purposes: readonly string[],
): readonly Consent[] | undefined {
  const found = purposes.map((purpose) => consents.get(purpose));
  const given = found.filter((consent) => consent?.decision === 'given');
  return given.length === purposes.length ? (given as Consent[]) : undefined;
}
