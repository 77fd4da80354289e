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
import { linesToTry } from './try-it.ts';

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
  /** By which commands find the system afterwards; nothing where it ends with the play. */
  stackFile: string | undefined;
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
  await leaveToLookAt(stage, stack);
}

async function leaveToLookAt(stage: Stage, { stackFile }: PlayStack): Promise<void> {
  const { show, data, bundleFolder } = stage;
  const keysFile = await saveKeys(stage);
  const { email } = personOf(data, cast.both).user;
  show.title(`The play is over: all ${show.held()} statements hold.`);
  show.quiet(...linesToTry({ bundleFolder, keysFile, email, stackFile }, process.cwd()));
}
