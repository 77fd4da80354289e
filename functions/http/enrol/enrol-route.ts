import { v7 as uuidv7 } from 'uuid';
import { route } from '#shared/http/route.ts';
import { enrolSite } from '#shared/sites/enrol-site.ts';
import { enrol } from './contract.ts';
import type { Wiring } from './wiring.ts';

export const enrolRoute = (wiring: Wiring) =>
  route(enrol, async ({ body, now, log }) => {
    // Read first: once the code is used, nothing may fail that the answer needs.
    const vendorKeys = await wiring.vendorKeys();
    const ids = { siteId: uuidv7(), keyId: uuidv7(), now };
    const { site, key, secret } = await enrolSite(wiring, body, ids);
    const { siteId, controllerId, platform } = site;
    const { keyId, algorithm } = key;
    log.info('site-enrolled', { siteId, controllerId, keyId, platform });
    return { status: 201, body: { siteId, keyId, secret, algorithm, vendorKeys } };
  });
