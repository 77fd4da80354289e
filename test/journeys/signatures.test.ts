import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { enrolSite, inTurn, type Answered, type TestSite } from '#test/support/site.ts';
import { accountRecord, giveConsent, makePerson, userOf } from '#test/support/person.ts';
import {
  contentDigest,
  sendAsSite,
  signCall,
  type SignatureChoices,
  type SiteCredentials,
} from '#test/support/site-client.ts';

const person = makePerson('signed');
let site: TestSite;
let other: TestSite;
beforeAll(async () => {
  [site, other] = await Promise.all([enrolSite(), enrolSite()]);
  await giveConsent(site, person);
});

const bodyOf = (externalId: string): string =>
  JSON.stringify({ user: userOf(person), records: [{ ...accountRecord(person), externalId }] });
const forged = bodyOf('forged');
const edited = bodyOf('edited');
const outgoing = (body = forged) => ({ method: 'POST', url: `${inject('stack').apiUrl}/v1/records`, body });

type Signed = Record<string, string>;
const sign = (choices?: SignatureChoices, credentials = site.credentials): Signed =>
  signCall(credentials, outgoing(), choices);
const send = (headers: Signed, body = forged): Promise<Answered> =>
  inTurn(() => sendAsSite(outgoing(), body, headers));
const without = (headers: Signed, ...names: string[]): Signed =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
const joined = (one: Signed, two: Signed): Signed =>
  Object.fromEntries(
    Object.entries(one).map(([name, value]) => [
      name,
      name.startsWith('signature') ? `${value}, ${two[name] ?? ''}` : value,
    ]),
  );
const withSecret = (secret: string): SiteCredentials => ({
  algorithm: 'hmac-sha256',
  keyId: site.credentials.keyId,
  secret,
});
const secretOf = (credentials: SiteCredentials): string =>
  credentials.algorithm === 'hmac-sha256' ? credentials.secret : '';
const seconds = (): number => Math.floor(Date.now() / 1_000);

const forgeries: Record<string, () => Promise<Answered>> = {
  'not signed': () => send(without(sign(), 'signature', 'signature-input')),
  'its signature left out': () => send(without(sign(), 'signature')),
  'signed with a made-up secret': () => send(sign({}, withSecret(randomBytes(32).toString('base64')))),
  'signed with the secret of another site': () => send(sign({}, withSecret(secretOf(other.credentials)))),
  'signed by a key that nobody was given': () =>
    send(sign({ keyId: '019a0000-0000-7000-8000-000000000000' })),
  'signed twice': () => send(joined(sign(), sign({ label: 'sig2' }))),
  'signed twice, once by another site': () =>
    send(joined(sign(), sign({ label: 'sig2' }, other.credentials))),
  'another body than was signed': () => send(sign(), edited),
  'another body, its digest put right': () =>
    send({ ...sign(), 'content-digest': contentDigest(edited) }, edited),
  'the digest of nothing, signed': () => send(sign({ digest: contentDigest('') })),
  'the digest not signed': () =>
    send(sign({ components: ['@method', '@authority', '@path', '@query', 'content-type'] })),
  'signed for another authority': () => send(sign({ authority: 'rights.elsewhere.example' })),
  'signed for another query': () => send(sign({ query: '?all=1' })),
  expired: () => send(sign({ created: seconds() - 200, expires: seconds() - 40 })),
  'made in the future': () => send(sign({ created: seconds() + 60 })),
  'valid for too long': () => send(sign({ created: seconds(), expires: seconds() + 400 })),
  'without an end': () => send(sign({ without: ['expires'] })),
  'without a nonce': () => send(sign({ without: ['nonce'] })),
  'with a nonce that can be guessed': () => send(sign({ nonce: '1' })),
  'signed for another use': () => send(sign({ tag: 'something-else' })),
  'said to be of another algorithm': () => send(sign({ algorithm: 'ed25519' })),
};

const readAccounts = async (): Promise<unknown> => {
  const query = { user: { id: person.userId }, dataset: 'account', purpose: 'service' };
  return (await site.call('POST', '/v1/records/queries', query)).body;
};

describe('a call that is not signed as it must be', () => {
  it('is refused with one and the same 401, whatever is wrong, and stores nothing', async () => {
    const nonce = randomBytes(16).toString('base64url');
    const first = await send(sign({ nonce }), bodyOf('forged'));
    const before = await readAccounts();

    const answers = await Promise.all(
      Object.entries({ ...forgeries, replayed: () => send(sign({ nonce })) }).map(
        async ([what, attempt]) => ({ what, ...(await attempt()) }),
      ),
    );

    expect(first.body).toMatchObject({ results: [{ status: 'stored' }] });
    expect(before).toMatchObject({ records: [{ externalId: 'forged' }] });
    const refused = {
      status: 401,
      challenge: 'Signature',
      body: {
        type: 'urn:data-rights:problem:unauthorized',
        title: 'The call is not signed as it must be.',
        status: 401,
      },
    };
    expect(
      answers.map(({ what, status, headers, body }) => ({
        what,
        ...{ status, challenge: headers.get('www-authenticate'), body },
      })),
    ).toEqual(answers.map(({ what }) => ({ what, ...refused })));
    expect(await readAccounts()).toEqual(before);
  });

  it.each([
    ['POST', '/v1/consents'],
    ['POST', '/v1/records/queries'],
    ['POST', '/v1/requests'],
    ['POST', '/v1/sites/keys'],
    ['POST', '/v1/sites/contact-confirmations'],
    ['POST', '/v1/sites/contact-confirmations/verification'],
    ['GET', '/v1/requests/019a0000-0000-7000-8000-000000000000/receipt'],
    ['GET', '/v1/requests/019a0000-0000-7000-8000-000000000000'],
    ['POST', '/v1/requests/019a0000-0000-7000-8000-000000000000/downloads'],
    ['DELETE', '/v1/sites/keys/019a0000-0000-7000-8000-000000000000'],
  ])('%s %s is closed to who signs nothing', async (method, path) => {
    const answer = await sendAsSite({ method, url: `${inject('stack').apiUrl}${path}` }, '', {});

    expect(answer.status).toBe(401);
  });

  it('a clock that is 20 seconds off does not matter', async () => {
    const answers = await Promise.all([
      send(sign({ created: seconds() + 20 })),
      send(sign({ created: seconds() - 200, expires: seconds() - 20 })),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('A10: a key that was revoked signs nothing any more', async () => {
    const added = await other.call('POST', '/v1/sites/keys', {
      algorithm: 'hmac-sha256',
      scopes: ['collect'],
    });
    const { keyId, secret } = added.body as { keyId: string; secret: string };
    const credentials: SiteCredentials = { algorithm: 'hmac-sha256', keyId, secret };
    const url = `${inject('stack').apiUrl}/v1/sites/keys/${other.credentials.keyId}`;
    const revoke = () =>
      sendAsSite({ method: 'DELETE', url }, '', signCall(credentials, { method: 'DELETE', url }));

    expect((await revoke()).status).toBe(204);
    expect((await other.call('POST', '/v1/records', {})).status).toBe(401);
    expect((await send(sign({}, credentials))).status).toBe(403);
  });
});
