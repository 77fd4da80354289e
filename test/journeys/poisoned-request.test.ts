import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, getJson, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  askForCode,
  askForLink,
  codeIn,
  disavow,
  getOwn,
  giveConsent,
  makePerson,
  proveWith,
  readOwn,
  sendRecords,
  start,
  stayWithinTheHour,
  stopCodeIn,
  submit,
  submitAndProve,
  waitForCode,
  waitForCodeMails,
  waitForEnd,
  withToken,
  type Proven,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';

let site: TestSite;
const known = () => {
  const person = makePerson('alice');
  return giveConsent(site, person)
    .then(() => sendRecords(site, person, [accountRecord(person)]))
    .then(() => person.email);
};
beforeAll(async () => {
  await stayWithinTheHour();
  site = await enrolSite();
});

const refused = '403 not-proven';

describe('A2: somebody else files a request for Alice’s address', () => {
  it('her code does not prove his request, and his code does not prove hers', async () => {
    const alice = await known();
    const his = await submit(alice, 'portability');
    const hers = await submit(alice);
    const [hisCode, herCode] = [await waitForCode(alice, his), await waitForCode(alice, hers)];

    const attempts = [
      // Alice types what her mailbox got into the page where she is.
      await proveWith(hers, hisCode),
      await proveWith({ ...hers, requestId: his.requestId }, hisCode),
      // He learns a code, or guesses, and has the secret of his own browser only.
      await proveWith(his, herCode),
      await proveWith({ ...his, requestId: hers.requestId }, herCode),
      await proveWith(his, '00000-00000'),
    ];

    expect(attempts.map(refusal)).toEqual(attempts.map(() => refused));
    expect(hers.requestId).not.toBe(his.requestId);
    expect((await proveWith(hers, herCode)).status).toBe(200);
  });

  it('two open requests never merge: hers runs with her right and language, his stays unproven', async () => {
    const alice = await known();
    const his = await submit(alice, 'portability', 'de');
    const hers = await submitAndProve(alice);
    expect((await start(hers)).status).toBe(202);

    const own = await waitForEnd(hers);
    const bundle = await fetchBundle(hers);

    expect(own).toMatchObject({ requestId: hers.requestId, right: 'access', status: 'fulfilled' });
    expect(bundle.json('data/request.json')).toMatchObject({
      ...{ requestId: hers.requestId, right: 'access', language: 'en', receivedAt: hers.receivedAt },
    });
    const hisView = await getJson(`/v1/subject/requests/${his.requestId}`, withToken(hers.token));
    expect(refusal(hisView)).toBe('401 token-invalid');
    expect(refusal(await getOwn({ ...his, token: his.browserSecret }))).toBe('401 token-invalid');
  });

  it('the mail names right and effect, nothing that the caller wrote, and offers “not me”', async () => {
    const alice = await known();
    const [access] = await waitForCodeMails(alice, await submit(alice));
    const [portability] = await waitForCodeMails(alice, await submit(alice, 'portability'));
    const [german] = await waitForCodeMails(alice, await submit(alice, 'access', 'de'));
    const other = await known();
    const [erasure] = await waitForCodeMails(other, await submit(other, 'erasure'));

    expect(access?.text).toContain('a copy of the personal data about you');
    expect(access?.text).toContain('Nothing is given out or erased without it');
    expect(access?.text).toMatch(/Not you\?.*stop code [0-9a-f]{32}/s);
    expect(portability?.text).toContain('the data you provided, to take with you');
    expect(erasure?.text).toContain('the erasure of the personal data about you');
    expect(german?.text).toMatch(/Kopie der Daten über Sie.*Das waren nicht Sie\?.*Stoppcode/s);
    for (const mail of [access, portability, erasure, german])
      expect(mail?.text).not.toMatch(/https?:|alice/);
  });

  it('the stop code ends that request and no other', async () => {
    const alice = await known();
    const his = await submit(alice, 'portability');
    const [mail] = await waitForCodeMails(alice, his);
    const hers = await submitAndProve(alice);
    const stopCode = stopCodeIn(mail?.text ?? '');

    expect((await disavow(his, stopCode)).status).toBe(202);

    expect(refusal(await proveWith(his, codeIn(mail?.text ?? '')))).toBe(refused);
    expect(await readOwn(hers)).toMatchObject({ status: 'verified' });
    expect((await start(hers)).status).toBe(202);
    expect(await waitForEnd(hers)).toMatchObject({ status: 'fulfilled' });
  });

  it('A25: “not me” after the end takes back what was not fetched yet, from whoever proved it', async () => {
    const alice = await known();
    const thiefs = await submitAndProve(alice);
    await start(thiefs);
    await waitForEnd(thiefs);
    const [mail] = await waitForCodeMails(alice, thiefs);

    expect((await disavow(thiefs, stopCodeIn(mail?.text ?? ''))).status).toBe(202);

    expect(refusal(await askForLink(thiefs))).toBe('401 token-invalid');
    expect((await askForCode(thiefs)).status).toBe(202);
    expect(await waitForCodeMails(alice, thiefs)).toHaveLength(1);
  });

  it('a wrong stop code, or that of another request, changes nothing and is answered alike', async () => {
    const alice = await known();
    const [one, two] = [await submit(alice), await submit(alice)];
    const [mailOne] = await waitForCodeMails(alice, one);
    const [mailTwo] = await waitForCodeMails(alice, two);
    const [stopOne, stopTwo] = [mailOne, mailTwo].map((mail) => stopCodeIn(mail?.text ?? ''));

    const answers = [
      await disavow(one, '0'.repeat(32)),
      await disavow(one, stopTwo ?? ''),
      await disavow({ ...one, requestId: '019a0000-0000-7000-8000-000000000000' }, stopOne ?? ''),
      await disavow(one, (stopOne ?? '').slice(0, 31)),
    ];

    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [202, {}]));
    for (const [submitted, mail] of [[one, mailOne] as const, [two, mailTwo] as const]) {
      const proof = await proveWith(submitted, codeIn(mail?.text ?? ''));
      const proven: Proven = { ...submitted, token: (proof.body as { token: string }).token };
      expect(await readOwn(proven)).toMatchObject({ status: 'verified' });
    }
  });
});
