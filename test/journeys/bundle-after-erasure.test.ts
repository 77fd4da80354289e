import { beforeAll, describe, expect, inject, it } from 'vitest';
import { listObjects } from '#shared/aws/object-prefix.ts';
import { s3Client } from '#shared/aws/s3.ts';
import {
  accountRecord,
  askForLink,
  download,
  exercise,
  getOwn,
  giveConsent,
  makePerson,
  sendRecords,
  submitInSession,
  waitForSiteEnd,
  type Proven,
} from '#test/support/person.ts';
import { erase } from '#test/support/erased.ts';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';

const [ada, bob] = [makePerson('ada'), makePerson('bob')];
let site: TestSite;
/** Exports of before the erasure: by mail, and by the site; and somebody else's. */
let exports: { ada: Proven; session: string; bob: Proven };
let links: string[];

const urlOf = ({ body }: Answered): string => (body as { url: string }).url;
const linkForSite = (requestId: string): Promise<Answered> =>
  site.call('POST', `/v1/requests/${requestId}/downloads`, {});
async function objectsOf(requestId: string): Promise<string[]> {
  const keys: string[] = [];
  for (const bucket of ['StagingBucketName', 'BundlesBucketName']) {
    const name = inject('stack').outputs[bucket] ?? '';
    for await (const { key } of listObjects({ s3: s3Client(), name }, `${requestId}/`)) keys.push(key);
  }
  return keys;
}

beforeAll(async () => {
  site = await enrolSite();
  for (const person of [ada, bob]) {
    await giveConsent(site, person);
    await sendRecords(site, person, [accountRecord(person)]);
  }
  const filed = await submitInSession(site, ada);
  const { requestId } = filed.body as { requestId: string };
  const [mine, others] = await Promise.all([
    exercise(ada.email),
    exercise(bob.email),
    waitForSiteEnd(site, requestId),
  ]);
  exports = { ada: mine.request, session: requestId, bob: others.request };
  links = [await askForLink(exports.ada), await linkForSite(requestId)].map(urlOf);
  for (const url of links) expect((await download(url)).subarray(0, 2).toString()).toBe('PK');
  for (const id of [exports.ada.requestId, requestId]) expect(await objectsOf(id)).not.toEqual([]);
  const { own } = await erase(ada.email, [site]);
  expect(own).toMatchObject({ status: 'fulfilled' });
}, 240_000);

describe('A8: bundles of before an erasure', () => {
  it('are not behind the links that were given for them', async () => {
    for (const url of links) {
      const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('NoSuchKey');
    }
  });

  it('have no new links: they are gone, for the person and for the site', async () => {
    expect(refusal(await askForLink(exports.ada))).toBe('410 gone');
    expect(refusal(await linkForSite(exports.session))).toBe('410 gone');
  });

  it('are not in their bucket, nor is anything that was staged for them', async () => {
    expect(await objectsOf(exports.ada.requestId)).toEqual([]);
    expect(await objectsOf(exports.session)).toEqual([]);
  });

  it('of somebody else are as they were', async () => {
    expect((await getOwn(exports.bob)).body).toMatchObject({ bundle: { linksLeft: 5 } });
    const link = await askForLink(exports.bob);
    expect(link.status).toBe(201);
    expect((await download(urlOf(link))).subarray(0, 2).toString()).toBe('PK');
  });
});
