import * as z from 'zod';
import { getItem, queryAll, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { exceptions } from '#shared/data-map/exception.ts';
import { profileKey } from '#shared/profiles/profile-store.ts';

const hold = z.object({
  holdId: z.string(),
  /** What of the profile is to be kept. */
  datasets: z.union([z.literal('all'), z.array(z.string()).min(1)]),
  exception: z.enum(exceptions),
  /** The day on which it is looked at again at the latest. It ends when it is lifted, and by nothing else. */
  reviewAt: z.iso.date(),
  placedAt: z.string(),
  liftedAt: z.string().optional(),
});
/** An order to keep data of a profile (Art. 17(3), G16): a `HOLD#id` row. Ids, enums, dates; no reason in words. */
export type Hold = z.output<typeof hold>;

/** Thrown when a hold comes too late: the keys of what it is to keep are destroyed (race 5). */
export class HoldRefused extends Error {
  override readonly name = 'HoldRefused';
}
/** Thrown when a hold that is to be lifted is not there. */
export class HoldUnknown extends Error {
  override readonly name = 'HoldUnknown';
}

type HoldStores = { readonly directory: Table; readonly keys: Table };
const holdKey = (profileId: string, holdId: string) => profileKey(profileId, `HOLD#${holdId}`);

/**
 * Places a hold, also while an erasure is at work: it counts in `holdEpoch`, which the destruction of keys checks, and is
 * refused once they are destroyed. Placing the same hold again changes nothing.
 * @throws HoldRefused
 */
export async function placeHold(
  { directory, keys }: HoldStores,
  profileId: string,
  placed: Omit<Hold, 'liftedAt'>,
): Promise<void> {
  const { holdId } = placed;
  const Key = holdKey(profileId, holdId);
  try {
    await transact(directory.client, [
      {
        Put: {
          TableName: directory.name,
          Item: { ...Key, ...hold.parse(placed) },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      countHold(directory, profileId, '#state IN (:open, :erasing)', {
        ':open': 'open',
        ':erasing': 'erasing',
      }),
      ordinaryKeyLives(keys, profileId),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (await getItem(directory, Key)) return;
    throw new HoldRefused(`profile ${profileId} takes no hold any more`, { cause: error });
  }
}

/** Lifts a hold; lifting it again changes nothing. @throws HoldUnknown */
export async function liftHold(
  { directory }: Pick<HoldStores, 'directory'>,
  profileId: string,
  { holdId, now }: { holdId: string; now: string },
): Promise<void> {
  const Key = holdKey(profileId, holdId);
  try {
    await transact(directory.client, [
      {
        Update: {
          TableName: directory.name,
          Key,
          UpdateExpression: 'SET liftedAt = :now',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(liftedAt)',
          ExpressionAttributeValues: { ':now': now },
        },
      },
      countHold(directory, profileId, 'attribute_exists(#state)', {}),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (await getItem(directory, Key)) return;
    throw new HoldUnknown(`profile ${profileId} has no hold ${holdId}`, { cause: error });
  }
}

function countHold(
  directory: Table,
  profileId: string,
  ConditionExpression: string,
  states: Record<string, string>,
): TransactionItem {
  return {
    Update: {
      TableName: directory.name,
      Key: profileKey(profileId, 'META'),
      UpdateExpression: 'SET holdEpoch = holdEpoch + :one',
      ConditionExpression,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':one': 1, ...states },
    },
  };
}

/** Of any epoch: a key that was changed keeps data as well as the one before it. */
const ordinaryKeyLives = (keys: Table, profileId: string): TransactionItem => ({
  ConditionCheck: {
    TableName: keys.name,
    Key: { pk: `P#${profileId}`, sk: 'ordinary' },
    ConditionExpression: '#state = :live',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':live': 'live' },
  },
});

/** All holds of a profile, lifted ones too. */
export async function readHolds(directory: Table, profileId: string): Promise<Hold[]> {
  return (await queryAll(directory, `P#${profileId}`, 'HOLD#')).map((item) => hold.parse(item));
}

/** The hold that keeps a dataset now: of several the one that is to be reviewed last. Pure. */
export function holdOf(dataset: string, holds: readonly Hold[]): Hold | undefined {
  const covering = holds.filter(
    ({ datasets, liftedAt }) => liftedAt === undefined && (datasets === 'all' || datasets.includes(dataset)),
  );
  return covering.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
}

const rank = ({ reviewAt, holdId }: Hold): string => `${reviewAt}#${holdId}`;
