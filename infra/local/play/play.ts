import path from 'node:path';
import { openAccount, type AccountAddress } from './account.ts';
import { openOutbox } from './outbox.ts';
import { saveKeys } from './published-keys.ts';
import { createShow } from './show.ts';
import { personOf, readSiteData } from './site-user.ts';
import { cast, type Stage } from './stage.ts';
import { requestAccess } from './steps/access.ts';
import { collect } from './steps/collect.ts';
import { enrolSites } from './steps/enrol.ts';
import { requestErasure } from './steps/erasure.ts';
import { requestPortability } from './steps/portability.ts';
import { askUnverified } from './steps/unverified.ts';

/** What the play is given: addresses and one-time codes, nothing of the product. */
export type PlayStack = {
  apiUrl: string;
  outboxUrl: string;
  /** The engine's certificate, PEM: links to bundles are its HTTPS. */
  caFile: string;
  enrolmentCodes: { shop: string; backOffice: string };
  /** Where the downloaded bundles, receipts and public keys are left for whoever wants to look into them. */
  bundleFolder: string;
  /** The engine's own APIs: to look at what an erasure leaves behind the API, and at nothing before. */
  account: Omit<AccountAddress, 'caFile'>;
};

/** Plays the main job with real input, over HTTP only. @throws PlayFailure when a step does not hold */
export async function play(stack: PlayStack): Promise<void> {
  const { apiUrl, outboxUrl, caFile, enrolmentCodes, bundleFolder } = stack;
  const show = createShow(process.stdout);
  const stage: Stage = {
    ...{ apiUrl, caFile, bundleFolder, show },
    account: openAccount({ ...stack.account, caFile }),
    outbox: openOutbox(outboxUrl),
    data: readSiteData(),
  };
  show.title(
    'The play: from a site’s signed call to a verified bundle, and to a proved erasure',
    '→ what is sent   ← what comes back   ✉ a mail, ✆ a text message that went out   ✓ what has to hold; if it does not, the play ends there',
  );
  const { shop, backOffice } = await enrolSites(stage, enrolmentCodes);
  await collect(stage, shop, backOffice);
  const first = await requestAccess(stage);
  await askUnverified(stage, shop, backOffice);
  await requestPortability(stage);
  await requestErasure(stage, shop, first);
  await leaveToLookAt(stage);
}

async function leaveToLookAt(stage: Stage): Promise<void> {
  const { show, data, bundleFolder } = stage;
  const place = (file: string): string => path.relative(process.cwd(), file);
  const keys = place(await saveKeys(stage));
  const { email } = personOf(data, cast.both).user;
  const inFolder = (name: string): string => place(path.join(bundleFolder, name));
  const receipt = inFolder('receipt.jws');
  show.title(`The play is over: all ${show.held()} statements hold.`);
  show.quiet(
    `Bundles and receipts are in ${inFolder('')} until the next start, which begins with an empty folder. Unzip access.zip and open`,
    'data/index.html, or verify offline:',
    `npm run verify-bundle -- ${inFolder('access.zip')} --keys ${keys}`,
    `npm run verify-receipt -- ${receipt} --keys ${keys}`,
    `npm run verify-receipt -- ${receipt} --keys ${keys} --salt "$(cat ${inFolder('receipt-salt.txt')})" --identifier ${email}`,
    'and while the system is up, that the ledger still holds what the receipt says of it:',
    `npm run audit-ledger -- --stage local --receipt ${receipt} --keys ${keys}`,
  );
}
