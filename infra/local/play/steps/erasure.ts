import type { BundleRecord } from '../bundle-records.ts';
import type { Site } from '../site.ts';
import { cast, type Stage } from '../stage.ts';
import type { ProvenRequest } from '../subject-request.ts';
import { lookAfterwards } from './erasure/afterwards.ts';
import { askForErasure } from './erasure/asked.ts';
import { lookBefore } from './erasure/before.ts';
import { seeItDone } from './erasure/done.ts';
import { askWithMailboxAlone } from './erasure/level-one.ts';
import { checkReceipt } from './erasure/receipt.ts';

/** An erasure from the proof to the receipt, and everything that somebody could try afterwards. */
export async function requestErasure(
  stage: Stage,
  shop: Site,
  { access, found }: { access: ProvenRequest; found: readonly BundleRecord[] },
): Promise<void> {
  stage.show.step(
    `6  ${cast.both} asks for erasure`,
    'Right to erasure, GDPR Article 17. What lets a person sign in goes only on two proofs: a stolen mailbox is not enough.',
    'Where the play looks behind the API, into tables and keys, it does so as the account’s root on this machine.',
  );
  const before = await lookBefore(stage, shop, found);
  const request = await askForErasure(stage, shop);
  // The one cools off while the other is played.
  await askWithMailboxAlone(stage);
  await seeItDone(stage, request, before);
  const receipt = await checkReceipt(stage, request, before);
  await lookAfterwards(stage, shop, { before, access, receipt });
}
