import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { withheldReasons } from '#shared/data-map/withheld.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { liftRestriction, restriction } from '#shared/profiles/restriction.ts';
import { requestKey } from './request-record.ts';
import { AttemptSuperseded } from './request-store.ts';
import { PlanForged } from './tasks.ts';

type Stores = { readonly requests: Table; readonly directory: Table };
const row = z.object({
  profileId: z.string(),
  controllerId: z.string(),
  /** Why it will be left whole, as far as the announcement could tell; then it is not restricted either. */
  reason: z.enum(withheldReasons).optional(),
  mac: z.string(),
});
/** A profile that an erasure was announced for: an `ANNOUNCED#profile` row of its request. */
export type Announced = Omit<z.output<typeof row>, 'mac'>;

/** What the MAC covers, under the key of plans: a row planted by another function has nobody's profile listed (A17). */
const fieldsOf = (requestId: string, { profileId, controllerId, reason }: Announced): string[] => [
  'announced',
  requestId,
  profileId,
  controllerId,
  reason ?? '',
];

/**
 * Notes that an erasure is announced for a profile, and restricts it unless it will be left whole: whoever plans, or lets
 * go of it, goes by that note, since the identifier that led to the profile may lead elsewhere by then. All in one
 * transaction with the request being in this attempt: what is restricted for one that was stopped, nobody would ever let go
 * of again. What an earlier try has noted stands.
 * @returns false where the profile is not open
 * @throws AttemptSuperseded
 */
export async function announceProfile(
  { requests, directory, planKey }: Stores & { readonly planKey: MacKey },
  { requestId, attempt }: { requestId: string; attempt: number },
  announced: Announced,
): Promise<boolean> {
  const { profileId, reason } = announced;
  const mac = await keyedHash(planKey, ...fieldsOf(requestId, announced));
  const Item = { ...requestKey(requestId, `ANNOUNCED#${profileId}`), ...announced, mac };
  try {
    await transact(requests.client, [
      coolsOff(requests, requestId, attempt),
      { Put: { TableName: requests.name, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
      ...(reason === undefined ? [restriction(directory, profileId, requestId)] : []),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.failed.includes(0))
      throw new AttemptSuperseded(`request ${requestId} was stopped`, { cause: error });
    return error.failed.includes(1);
  }
}

const coolsOff = (requests: Table, requestId: string, attempt: number): TransactionItem => ({
  ConditionCheck: {
    TableName: requests.name,
    Key: requestKey(requestId, 'META'),
    ConditionExpression: '#state = :coolingOff AND attempt = :attempt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':coolingOff': 'cooling-off', ':attempt': attempt },
  },
});

const readRows = async (requests: Table, requestId: string): Promise<z.output<typeof row>[]> =>
  (await queryAll(requests, `R#${requestId}`, 'ANNOUNCED#')).map((item) => row.parse(item));

/** The profiles that an erasure was announced for, each with its MAC verified. @throws PlanForged */
export async function requireAnnounced(
  { requests, planKey }: { readonly requests: Table; readonly planKey: MacKey },
  requestId: string,
): Promise<ReadonlyMap<string, Announced>> {
  const announced = new Map<string, Announced>();
  for (const { mac, ...one } of await readRows(requests, requestId)) {
    if (!(await verifyKeyedHash(planKey, mac, ...fieldsOf(requestId, one))))
      throw new PlanForged(`a profile of request ${requestId} was not announced`);
    announced.set(one.profileId, one);
  }
  return announced;
}

/**
 * Lets go of every profile that this request was announced for, but for those that it keeps. Nobody else's restriction can
 * be lifted by it, so that no MAC is asked for.
 * @returns how many
 */
export async function letGo(
  { requests, directory }: Stores,
  requestId: string,
  keeps: ReadonlySet<string> = new Set(),
): Promise<number> {
  const rows = await readRows(requests, requestId);
  const going = rows.filter(({ profileId }) => !keeps.has(profileId));
  for (const { profileId } of going) await liftRestriction(directory, profileId, requestId);
  return going.length;
}
