import { generateKeyPairSync } from 'node:crypto';
import { inject } from 'vitest';
import { codeIn, readOutbox, waitFor, type TestPerson } from './person.ts';
import { inTurn, type Answered, type TestSite } from './site.ts';
import { callAsSite, type SiteCredentials } from './site-client.ts';

/** A key pair as a controller makes it for orders; the public half as it is sent. */
export type OrdersPair = { privateKey: SiteCredentials & { algorithm: 'ed25519' }; publicKey: string };
export function makeOrdersPair(): OrdersPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: { keyId: '', algorithm: 'ed25519', privateKey },
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
  };
}

const confirmations = '/v1/sites/contact-confirmations';
export const askContact = (site: TestSite, publicKey: string): Promise<Answered> =>
  site.call('POST', confirmations, { publicKey });
export const confirmContact = (site: TestSite, publicKey: string, code: string): Promise<Answered> =>
  site.call('POST', `${confirmations}/verification`, { publicKey, code });
export const addOrdersKey = (site: TestSite, publicKey: string): Promise<Answered> =>
  site.call('POST', '/v1/sites/keys', { algorithm: 'ed25519', publicKey, scopes: ['orders'] });

/** The code that the controller's contact was sent last, once there are so many. */
export const waitForContactCode = ({ host }: TestSite, count = 1): Promise<string> =>
  waitFor('a code for the contact', async () => {
    const mails = (await readOutbox(`privacy@${host}`)).filter(({ text }) => codeIn(text) !== '');
    return mails.length >= count ? codeIn(mails.at(-1)?.text ?? '') : undefined;
  });

/** The key of a site that may give orders, confirmed by its controller's contact. */
export async function gainOrdersKey(site: TestSite): Promise<SiteCredentials> {
  const { privateKey, publicKey } = makeOrdersPair();
  await askContact(site, publicKey);
  await confirmContact(site, publicKey, await waitForContactCode(site));
  const added = await addOrdersKey(site, publicKey);
  if (added.status !== 201) throw new Error(`the key for orders was answered with ${added.status}`);
  return { ...privateKey, keyId: (added.body as { keyId: string }).keyId };
}

/** A call under a key of the site other than its everyday one. */
export const callWith = (
  credentials: SiteCredentials,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered> =>
  inTurn(() => callAsSite(credentials, { method, url: `${inject('stack').apiUrl}${path}`, body }));

export const orderBody = (
  { userId, registeredAt }: Pick<TestPerson, 'userId' | 'registeredAt'>,
  ground = 'subject-wish',
): Record<string, unknown> => ({
  right: 'erasure',
  user: { id: userId, registeredAt },
  authority: { kind: 'controller-order', ground },
});
export const order = (
  credentials: SiteCredentials,
  person: Pick<TestPerson, 'userId' | 'registeredAt'>,
  ground?: string,
): Promise<Answered> => callWith(credentials, 'POST', '/v1/requests', orderBody(person, ground));
