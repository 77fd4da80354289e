import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  askForLink,
  download,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  start,
  submitAndProve,
  supportRecord,
  waitForEnd,
  type Proven,
} from '#test/support/person.ts';

let site: TestSite;
const ada = makePerson('ada');

beforeAll(async () => {
  site = await enrolSite();
  expect((await giveConsent(site, ada)).status).toBe(201);
  const sent = await sendRecords(site, ada, [accountRecord(ada), supportRecord('first', 'case-1')]);
  expect(sent).toMatchObject({
    status: 200,
    body: { results: [{ status: 'stored' }, { status: 'stored' }] },
  });
});

describe('an access request by e-mail address', () => {
  let request: Proven;

  it('P11 P16 P22: is proven by a code, started, fulfilled, and gives a link to the bundle', async () => {
    request = await submitAndProve(ada.email);
    expect((await readOwn(request)).controllers).toHaveLength(1);
    expect((await start(request)).status).toBe(202);
    expect(await waitForEnd(request)).toMatchObject({
      status: 'fulfilled',
      places: [{ place: 'vault', status: 'done' }],
      bundle: { linksLeft: 5 },
    });
    const link = await askForLink(request);
    expect(link.status).toBe(201);
    const zip = await download((link.body as { url: string }).url);
    expect(zip.subarray(0, 2).toString()).toBe('PK');
  });
});
