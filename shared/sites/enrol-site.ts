import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { Platform } from '#shared/http/caller.ts';
import { Problem } from '#shared/http/problem.ts';
import { emptyHead, type LedgerHead } from '#shared/ledger/event.ts';
import type { ControllerInformation, ControllerStatement } from './controller.ts';
import { hashEnrolmentCode } from './enrolment-code.ts';
import { refuseUnavailableInstructions, type Instructions } from './instructions.ts';
import { purposesOf, type Controller, type Enrolment, type Site, type SiteKey } from './site.ts';
import { followSiteEvent } from './site-event.ts';
import { issueSiteSecret, type SiteAuthKey } from './site-secret.ts';
import { putController, readController, putKey, putSite, readEnrolment, useEnrolment } from './site-store.ts';
import { hostOf } from './site-url.ts';

export type EnrolmentStatement = {
  readonly code: string;
  readonly platform: Platform;
  readonly siteUrl: string;
  readonly installationId: string;
  readonly controller: ControllerStatement;
  readonly instructions: Instructions;
  readonly information?: ControllerInformation | undefined;
};

export type Enrolled = {
  readonly site: Site;
  readonly key: SiteKey;
  /** Base64; given once, stored nowhere. */
  readonly secret: string;
};

/**
 * Enrols a site with a one-time code: code used, site, controller, first key and event are one transaction. The secret is
 * derived before it, so that a fault of KMS costs nobody a code.
 *
 * @throws Problem `enrolment-refused` for a code that is wrong, used, old, or made for another host or kind of controller:
 * one answer for all, so that nothing is learned from it
 */
export async function enrolSite(
  { sites, ledger, ...siteAuth }: SiteAuthKey & { sites: Table; ledger: Table },
  statement: EnrolmentStatement,
  { siteId, keyId, now }: { siteId: string; keyId: string; now: Date },
): Promise<Enrolled> {
  refuseUnavailableInstructions(statement.instructions);
  const at = now.toISOString();
  const codeHash = hashEnrolmentCode(statement.code);
  const enrolment = await readEnrolment(sites, codeHash);
  if (!enrolment || !fits(enrolment, statement, at)) throw new Problem('enrolment-refused');
  const key: SiteKey = {
    keyId,
    siteId,
    algorithm: 'hmac-sha256',
    scopes: ['collect'],
    state: 'live',
    createdAt: at,
  };
  const secret = await issueSiteSecret(siteAuth, keyId);
  const { controllerId, vendor } = enrolment;
  const event = followSiteEvent(
    ledger,
    { siteId, ledgerHead: emptyHead },
    { type: 'site-enrolled', keyId, at, facts: { controllerId, vendor, platform: statement.platform } },
  );
  const site = makeSite(enrolment, statement, { siteId, keyId, at, ledgerHead: event.head });
  const known = await readController(sites, enrolment.controllerId);
  try {
    await transact(sites.client, [
      useEnrolment(sites, codeHash, enrolment, { siteId, at }),
      putSite(sites, site),
      // A controller is described once: a further code of its enrols a site, and changes nothing of what people are told.
      ...(known ? [] : [putController(sites, makeController(enrolment, statement, at))]),
      putKey(sites, key),
      event.write,
    ]);
  } catch (error) {
    // The first item is the code; any other refusal would be a fault of ours.
    if (error instanceof TransactionRefused && error.failed.includes(0))
      throw new Problem('enrolment-refused');
    throw error;
  }
  return { site, key, secret };
}

/** A code for the vendor's back office enrols nothing else, and no other code enrols one (A27). */
const fits = (enrolment: Enrolment, { siteUrl, platform }: EnrolmentStatement, at: string): boolean =>
  enrolment.usedAt === undefined &&
  enrolment.expiresAt > at &&
  enrolment.host === hostOf(siteUrl) &&
  (!enrolment.vendor || platform === 'other');

const makeSite = (
  { host, controllerId, vendor }: Enrolment,
  { platform, siteUrl, installationId, controller, instructions }: EnrolmentStatement,
  { siteId, keyId, at, ledgerHead }: { siteId: string; keyId: string; at: string; ledgerHead: LedgerHead },
): Site => ({
  siteId,
  controllerId,
  platform,
  vendor,
  host,
  siteUrl,
  installationId,
  purposes: purposesOf(vendor),
  keyIds: [keyId],
  controller,
  instructions,
  enrolledAt: at,
  ledgerHead,
});

const makeController = (
  { controllerId, vendor }: Enrolment,
  { controller, instructions, information }: EnrolmentStatement,
  at: string,
): Controller => ({
  ...controller,
  controllerId,
  vendor,
  instructions,
  ...(information && { information }),
  statedAt: at,
});
