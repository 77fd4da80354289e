import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { send } from './http.ts';
import { openOutbox } from './outbox.ts';
import { createShow } from './show.ts';
import { readSiteData } from './site-user.ts';
import type { Stage } from './stage.ts';
import { requestAccess } from './steps/access.ts';
import { collect } from './steps/collect.ts';
import { enrolSites } from './steps/enrol.ts';
import { requestPortability } from './steps/portability.ts';
import { askUnverified } from './steps/unverified.ts';

/** What the play is given: addresses and one-time codes, nothing of the product. */
export type PlayStack = {
  apiUrl: string;
  outboxUrl: string;
  /** The engine's certificate, PEM: links to bundles are its HTTPS. */
  caFile: string;
  enrolmentCodes: { shop: string; backOffice: string };
  /** Where the downloaded bundles and the public keys are left for whoever wants to look into them. */
  bundleFolder: string;
};

/** Plays the main job with real input, over HTTP only. @throws PlayFailure when a step does not hold */
export async function play(stack: PlayStack): Promise<void> {
  const { apiUrl, outboxUrl, caFile, enrolmentCodes, bundleFolder } = stack;
  const show = createShow(process.stdout);
  const stage: Stage = {
    ...{ apiUrl, caFile, bundleFolder, show },
    outbox: openOutbox(outboxUrl),
    data: readSiteData(),
  };
  show.title(
    'The play: from a site’s signed call to a verified, signed bundle',
    '→ what is sent   ← what comes back   ✉ a mail that went out   ✓ what has to hold; if it does not, the play ends there',
  );
  const { shop, backOffice } = await enrolSites(stage, enrolmentCodes);
  await collect(stage, shop, backOffice);
  await requestAccess(stage);
  await askUnverified(stage, shop, backOffice);
  await requestPortability(stage);
  await leaveToLookAt(stage);
}

async function leaveToLookAt({ show, apiUrl, bundleFolder }: Stage): Promise<void> {
  const { body } = await send({ method: 'GET', url: `${apiUrl}/v1/keys` });
  mkdirSync(bundleFolder, { recursive: true });
  writeFileSync(path.join(bundleFolder, 'keys.json'), `${JSON.stringify(body, undefined, 2)}\n`);
  const place = (name: string): string => path.relative(process.cwd(), path.join(bundleFolder, name));
  show.title(`The play is over: all ${show.held()} statements hold.`);
  show.quiet(
    `The bundles are in ${place('')}. Unzip access.zip and open data/index.html, or verify it offline:`,
    `npm run verify-bundle -- ${place('access.zip')} --keys ${place('keys.json')}`,
  );
}
