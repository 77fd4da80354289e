/** The routes by which a site sends and reads, over a world: behind the check of its signature, without a function. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { consentRoute } from '#functions/http/site-data/consent-route.ts';
import { queryRoute } from '#functions/http/site-data/query-route.ts';
import { recordsRoute } from '#functions/http/site-data/records-route.ts';
import { openProfileInput } from '#functions/invoked/open-profile/contract.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Route } from '#shared/http/route.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { recordingLog } from './recording-log.ts';
import { openTestProfile, type World } from './vault-world.ts';

/** The body of an answer, or the code of a refusal. */
type Heard = unknown;
export type SiteRoutes = Record<'consent' | 'records' | 'query', (body: object, now: Date) => Promise<Heard>>;

export function siteRoutes(
  world: World,
  { siteId, controllerId }: Pick<SiteCaller, 'siteId' | 'controllerId'>,
): SiteRoutes {
  const lambda = new LambdaClient({ region: 'eu-central-1' });
  // As the function does: what stands is not opened again.
  mockClient(lambda)
    .on(InvokeCommand)
    .callsFake(async ({ Payload }: { Payload: Uint8Array }) => {
      const user = openProfileInput.parse(JSON.parse(Buffer.from(Payload).toString('utf8')));
      const standing = await findProfileOf(world.directory, user);
      const stays = standing && standing.profileId !== user.replaces;
      const profileId = stays ? standing.profileId : await openTestProfile(world, user);
      const text = JSON.stringify({ profileId });
      return { Payload: { transformToString: () => text } };
    });
  const wiring = { ...world, indexKey: world.key('index'), openProfile: { lambda, name: 'open-profile' } };
  const caller: SiteCaller = {
    ...{ siteId, controllerId, keyId: 'key', platform: 'other', vendor: false, purposes: ['login'] },
    ...{ scopes: ['collect'], country: 'DE', timeZone: 'Europe/Berlin' },
  };
  const call = (route: Route) => async (body: object, now: Date) => {
    const sent = { rawBody: Buffer.from(JSON.stringify(body)), contentType: 'application/json' };
    const incoming = {
      ...sent,
      params: {},
      rawQuery: '',
      caller,
      token: undefined,
      now,
      log: recordingLog(),
    };
    try {
      return (await route.prepare(incoming)()).body;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  };
  return {
    consent: call(consentRoute(wiring)),
    records: call(recordsRoute(wiring)),
    query: call(queryRoute(wiring)),
  };
}
