import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import { liftRestriction, restrictProfile } from '#shared/profiles/restriction.ts';
import { requestKey } from './request-record.ts';

type Stores = { readonly requests: Table; readonly directory: Table };
const row = z.object({ profileId: z.string() });

/**
 * Restricts a profile for an erasure, and first notes that it does: whoever lets go of it later goes by that note, since the
 * identifier that led to the profile may lead elsewhere by then.
 * @returns false where the profile is not open
 */
export async function restrictFor(
  { requests, directory }: Stores,
  requestId: string,
  profileId: string,
): Promise<boolean> {
  const Item = { ...requestKey(requestId, `RESTRICTED#${profileId}`), profileId };
  await requests.client.send(new PutCommand({ TableName: requests.name, Item }));
  return restrictProfile(directory, profileId, requestId);
}

/** Lets go of every profile that this request has restricted, but for those that it keeps. @returns how many */
export async function letGo(
  { requests, directory }: Stores,
  requestId: string,
  keeps: ReadonlySet<string> = new Set(),
): Promise<number> {
  const rows = await queryAll(requests, `R#${requestId}`, 'RESTRICTED#');
  const going = rows.map((item) => row.parse(item).profileId).filter((profileId) => !keeps.has(profileId));
  for (const profileId of going) await liftRestriction(directory, profileId, requestId);
  return going.length;
}
