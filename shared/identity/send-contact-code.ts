import { randomInt } from 'node:crypto';
import type { Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { contactCodeText } from '#shared/messages/contact-code-text.ts';
import { sendEmail, type MailSender } from '#shared/messages/send-email.ts';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';
import { fingerprintOf } from '#shared/sites/contact-confirmation.ts';
import { readConfirmation } from '#shared/sites/confirmation-store.ts';
import { readController, readSite } from '#shared/sites/site-store.ts';
import { codeRules, makeCode } from './code.ts';
import { keepCode } from './code-store.ts';
import { contactCodeRow, macOfContactCode } from './contact-code.ts';

export type ContactCodeSender = {
  readonly requests: Table;
  readonly sites: Table;
  readonly codeKey: MacKey;
  readonly mail: MailSender;
  readonly vendor: string;
};

/**
 * Writes the code for a key that may give orders to the controller's contact (A10). The address is the controller's own
 * statement, not the site's. Dropped where nobody waits for the code any more, or the address cannot be written to.
 */
export async function sendContactCode(
  { requests, sites, codeKey, mail, vendor }: ContactCodeSender,
  { siteId, confirmationId }: { siteId: string; confirmationId: string },
  now: Date,
): Promise<'sent' | 'dropped'> {
  const confirmation = await readConfirmation(sites, siteId);
  if (confirmation?.confirmationId !== confirmationId || confirmation.confirmedAt !== undefined)
    return 'dropped';
  const { publicKey, language, askedAt } = confirmation;
  if (now.getTime() - Date.parse(askedAt) > codeRules.validMinutes * 60_000) return 'dropped';
  const site = await readSite(sites, siteId);
  const controller = site && (await readController(sites, site.controllerId));
  const to = controller && normaliseIdentifier('email', controller.contactEmail);
  if (!site || to === undefined) return 'dropped';
  const code = makeCode(randomInt);
  const mac = await macOfContactCode(codeKey, { siteId, confirmationId, publicKey }, code);
  await keepCode(requests, contactCodeRow(siteId), mac, now);
  const facts = { vendor, host: site.host, fingerprint: fingerprintOf(publicKey), code };
  const sent = await sendEmail(mail, to, contactCodeText(language, facts));
  return sent === 'sent' ? 'sent' : 'dropped';
}
