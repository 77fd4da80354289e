import * as z from 'zod';
import { bodyOf } from '../../http.ts';
import type { Site } from '../../site.ts';
import { cast, type Stage } from '../../stage.ts';

const call = 'POST /v1/records/queries';
const page = z.object({ records: z.array(z.unknown()), status: z.string().optional() });
export type Page = z.output<typeof page>;

/** What the shop reads of one user: the account, to give the service. */
export async function readAccount(shop: Site, id: number): Promise<Page> {
  const query = { user: { id: String(id) }, dataset: 'account', purpose: 'service' };
  return bodyOf(call, await shop.post('/v1/records/queries', query), 200, page);
}

/** What the shop reads of everybody else whose data is there, by user name. */
export async function readOthers({ data }: Stage, shop: Site): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>();
  for (const { user } of data.users)
    if (user.login !== cast.both && user.login !== cast.refuses)
      pages.set(user.login, await readAccount(shop, user.id));
  return pages;
}
