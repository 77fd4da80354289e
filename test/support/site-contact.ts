/** Sites, the contacts of their controllers, and keys for orders: the use cases bound to tables of the run's engine. */
import { generateKeyPairSync } from 'node:crypto';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { v7 as uuidv7 } from 'uuid';
import { kmsClient } from '#shared/aws/kms.ts';
import { transact } from '#shared/aws/transaction.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { confirmByCode } from '#shared/identity/contact-code.ts';
import { sendContactCode } from '#shared/identity/send-contact-code.ts';
import { askContact } from '#shared/sites/ask-contact.ts';
import { markConfirmed, readConfirmation } from '#shared/sites/confirmation-store.ts';
import { enrolSite } from '#shared/sites/enrol-site.ts';
import { hashEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { instructionsStatement } from '#shared/sites/instructions.ts';
import { putEnrolment } from '#shared/sites/site-store.ts';
import { createTable } from './engine-table.ts';

export const now = new Date('2027-06-15T12:00:00.000Z');
export const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
export const newPublicKey = (): string =>
  generateKeyPairSync('ed25519')
    .publicKey.export({ format: 'der', type: 'spki' })
    .subarray(-32)
    .toString('base64');

const ses = new SESv2Client({ region: 'eu-central-1' });
const sqs = new SQSClient({ region: 'eu-central-1' });
/** Mocked: what leaves for the mail service, and for the queue before it. */
export const mails = mockClient(ses);
export const queue = mockClient(sqs);
export function emptyOutbox(): void {
  mails.reset();
  mails.on(SendEmailCommand).resolves({});
  queue.reset();
  queue.on(SendMessageCommand).resolves({});
}

export type Wanted = { siteId: string; confirmationId: string };
export const queued = (): Wanted[] =>
  queue
    .commandCalls(SendMessageCommand)
    .map(({ args }) => JSON.parse(args[0].input.MessageBody ?? '') as Wanted);
export const mailsSent = (): { to: string[] | undefined; text: string }[] =>
  mails.commandCalls(SendEmailCommand).map(({ args }) => {
    const { Destination, Content } = args[0].input;
    return { to: Destination?.ToAddresses, text: Content?.Simple?.Body?.Text?.Data ?? '' };
  });
export const codeSent = (): string =>
  /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(mailsSent().at(-1)?.text ?? '')?.[0] ?? '';

export type Stores = Awaited<ReturnType<typeof makeStores>>;
export async function makeStores() {
  const kms = kmsClient();
  const mint = async (): Promise<string> => {
    const command = new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    return (await kms.send(command)).KeyMetadata?.KeyId ?? '';
  };
  return {
    ...{ kms, siteAuthKeyId: await mint(), codeKey: { kms, keyId: await mint() } },
    ...{ sites: await createTable('sites'), ledger: await createTable('ledger') },
    ...{ ephemeral: await createTable('ephemeral'), requests: await createTable('requests') },
  };
}

/** A site of its own, or one more of a controller, which states another contact. */
export async function enrol(
  stores: Stores,
  controllerId = uuidv7(),
  contactEmail = 'Privacy@Shop.example.net',
): Promise<SiteCaller> {
  const code = uuidv7();
  const host = 'shop.example.net';
  const enrolment = { host, controllerId, vendor: false, expiresAt: minutes(60).toISOString() };
  await transact(stores.sites.client, [putEnrolment(stores.sites, hashEnrolmentCode(code), enrolment)]);
  const seat = { country: 'DE', timeZone: 'Europe/Berlin' };
  const { site, key } = await enrolSite(
    stores,
    {
      ...{ code, platform: 'wordpress', siteUrl: `https://${host}/`, installationId: 'installation-1' },
      controller: { name: 'Shop', contactEmail, ...seat },
      instructions: instructionsStatement.parse({ access: 'auto', portability: 'auto' }),
    },
    { siteId: uuidv7(), keyId: uuidv7(), now },
  );
  const { siteId, platform, vendor, purposes } = site;
  return { siteId, controllerId, keyId: key.keyId, platform, vendor, purposes, scopes: ['collect'], ...seat };
}

/** The contact of a site, asked about a key: what the API, the sender and `verify` do, one after the other. */
export function contactOf(stores: Stores, caller: SiteCaller, publicKey: string) {
  const ask = (at = now): Promise<{ fingerprint: string }> =>
    askContact(
      { ...stores, mail: { sqs, url: 'https://sqs.example/mail' } },
      caller,
      { publicKey, language: 'en' },
      { confirmationId: uuidv7(), now: at },
    );
  const send = (wanted = queued().at(-1), at = now): Promise<'sent' | 'dropped'> =>
    sendContactCode(
      {
        ...{ ...stores, vendor: 'Example Plugins Ltd' },
        mail: { ses, from: 'rights@vendor.example', configurationSet: 'tls' },
      },
      wanted ?? { siteId: '', confirmationId: '' },
      at,
    );
  const enter = async (code: string, at = now): Promise<boolean> => {
    const { siteId } = caller;
    const asked = await readConfirmation(stores.sites, siteId);
    if (!asked) return false;
    const { confirmationId } = asked;
    const named = { siteId, confirmationId, publicKey };
    const confirmed = await confirmByCode(stores.requests, stores.codeKey, named, { code, now: at });
    return confirmed && markConfirmed(stores.sites, siteId, { confirmationId, at: at.toISOString() });
  };
  /** @throws Error where the code that was sent does not confirm */
  const confirm = async (at = now): Promise<void> => {
    await ask(at);
    await send(queued().at(-1), at);
    if (!(await enter(codeSent(), at))) throw new Error('the contact did not confirm');
  };
  return { ask, send, enter, confirm };
}
