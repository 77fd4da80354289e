import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { bodyOf, problemOf, send, type Answer } from '../http.ts';
import { openSite, type Site } from '../site.ts';
import { controllerNames, short, shopContact, type Stage } from '../stage.ts';

const route = '/v1/sites/enrolments';
const call = `POST ${route}`;
const enrolled = z.object({
  siteId: z.string(),
  keyId: z.string(),
  secret: z.string(),
  algorithm: z.literal('hmac-sha256'),
});

type Enrolment = {
  readonly code: string;
  readonly platform: 'wordpress' | 'other';
  readonly siteUrl: string;
  readonly controller: { name: string; contactEmail: string; country: string; timeZone: string };
};

/** The site and the vendor's back office enrol, each with its one-time code. */
export async function enrolSites(
  stage: Stage,
  codes: { shop: string; backOffice: string },
): Promise<{ shop: Site; backOffice: Site }> {
  const { show, apiUrl, data } = stage;
  show.step(
    '1  Two sites enrol with one-time codes',
    'A site is one installation of a plugin. It gets a key of its own, once, and signs every call with it from then on',
    '(RFC 9421; infra/local/play/site-signature.ts is how). The vendor’s back office is a site like any other.',
  );
  const shopStatement: Enrolment = {
    code: codes.shop,
    platform: 'wordpress',
    siteUrl: data.site.url,
    controller: {
      name: controllerNames.shop,
      contactEmail: shopContact,
      country: 'SE',
      timeZone: 'Europe/Stockholm',
    },
  };
  const shop = await enrol(stage, shopStatement);
  const backOffice = await enrol(stage, {
    code: codes.backOffice,
    platform: 'other',
    siteUrl: 'https://backoffice.example.com',
    controller: {
      name: controllerNames.backOffice,
      contactEmail: 'privacy@plugins.example',
      country: 'DE',
      timeZone: 'Europe/Berlin',
    },
  });
  const again = await post(apiUrl, shopStatement);
  show.exchange(call, 'the first code, once more', again, problemOf(again));
  show.holds('a code works once: used again, it is refused', again.status === 403, again.status);
  const unsigned = await send({ method: 'POST', url: `${apiUrl}/v1/consents`, body: '{}' });
  show.exchange('POST /v1/consents', 'a call without signature', unsigned, problemOf(unsigned));
  show.holds('a call that is not signed is refused', unsigned.status === 401, unsigned.status);
  return { shop, backOffice };
}

async function enrol({ apiUrl, show }: Stage, statement: Enrolment): Promise<Site> {
  const answer = await post(apiUrl, statement);
  const { siteId, keyId, secret, algorithm } = bodyOf(call, answer, 201, enrolled);
  const bytes = Buffer.from(secret, 'base64').length;
  show.exchange(
    call,
    `a code, ${statement.platform}, ${statement.siteUrl}`,
    answer,
    `siteId ${short(siteId)}, keyId ${short(keyId)}, secret, ${algorithm}`,
  );
  show.holds(`${statement.controller.name} has a key of its own, 256 bits`, bytes === 32, bytes);
  return openSite(apiUrl, { keyId, secret });
}

function post(apiUrl: string, statement: Enrolment): Promise<Answer> {
  const body = JSON.stringify({
    ...statement,
    installationId: `play-${new URL(statement.siteUrl).hostname.replaceAll('.', '-')}`,
    // The rights of this play are carried out without a person in between.
    instructions: { access: 'auto', portability: 'auto', erasure: 'auto' },
  });
  const headers = { 'idempotency-key': randomUUID() };
  return send({ method: 'POST', url: `${apiUrl}${route}`, headers, body });
}
