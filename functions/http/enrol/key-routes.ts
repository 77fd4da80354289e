import { v7 as uuidv7 } from 'uuid';
import { route } from '#shared/http/route.ts';
import { addKey } from '#shared/sites/add-key.ts';
import { revokeKey } from '#shared/sites/revoke-key.ts';
import { addSiteKey, revokeSiteKey } from './contract.ts';
import type { Wiring } from './wiring.ts';

export const addKeyRoute = (wiring: Wiring) =>
  route(addSiteKey, async ({ body, caller, now, log }) => {
    const { key, secret } = await addKey(wiring, caller, body, { keyId: uuidv7(), now });
    const { keyId, algorithm } = key;
    log.info('key-added', { siteId: caller.siteId, keyId, algorithm });
    return { status: 201, body: { keyId, algorithm, secret } };
  });

export const revokeKeyRoute = (wiring: Wiring) =>
  route(revokeSiteKey, async ({ params, caller, now, log }) => {
    await revokeKey(wiring, caller, params.keyId, now);
    log.info('key-revoked', { siteId: caller.siteId, keyId: params.keyId });
    return { status: 204 };
  });
