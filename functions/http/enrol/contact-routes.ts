import { v7 as uuidv7 } from 'uuid';
import { invoke } from '#shared/aws/invoke.ts';
import { Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { askContact } from '#shared/sites/ask-contact.ts';
import { heldUntil } from '#shared/sites/contact-confirmation.ts';
import { markConfirmed, readConfirmation } from '#shared/sites/confirmation-store.ts';
import { contactOutput, type ContactInput } from '../../invoked/verify/contract.ts';
import { askForContact, confirmContact } from './contract.ts';
import type { Wiring } from './wiring.ts';

export const askContactRoute = (wiring: Wiring) =>
  route(askForContact, async ({ body, caller, now, log }) => {
    const { publicKey, language = 'en' } = body;
    const ids = { confirmationId: uuidv7(), now };
    const { fingerprint } = await askContact(wiring, caller, { publicKey, language }, ids);
    log.info('contact-asked', { siteId: caller.siteId });
    return { status: 202, body: { fingerprint } };
  });

/** The code is checked by `verify`, which alone can; what follows from it is written here, into the site's own row. */
export const confirmContactRoute = (wiring: Wiring) =>
  route(confirmContact, async ({ body: { publicKey, code }, caller: { siteId }, now, log }) => {
    const asked = await readConfirmation(wiring.sites, siteId);
    // The key that was asked about, not the one that the call names: a code for another key confirms nothing.
    if (asked?.publicKey !== publicKey) throw new Problem('contact-not-confirmed');
    const { confirmationId } = asked;
    const input: ContactInput = { kind: 'contact', siteId, confirmationId, publicKey, code };
    const { confirmed } = await invoke(wiring.verify, input, contactOutput);
    const at = now.toISOString();
    const stands = confirmed && (await markConfirmed(wiring.sites, siteId, { confirmationId, at }));
    if (!stands) throw new Problem('contact-not-confirmed');
    log.info('contact-confirmed', { siteId });
    return { status: 200, body: { confirmedUntil: heldUntil(at) } };
  });
