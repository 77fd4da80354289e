import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  codeIn,
  disavow,
  exercise,
  giveConsent,
  makePerson,
  proveWith,
  readOutbox,
  sendRecords,
  start,
  stayWithinTheHour,
  stopCodeIn,
  submit,
  submitAndProve,
  supportRecord,
  waitForCode,
  waitForCodeMails,
  withdraw,
  type TestPerson,
} from '#test/support/person.ts';
import { query, startErasure } from '#test/support/erased.ts';
import { enrolSite, refusal, type TestSite } from '#test/support/site.ts';

let site: TestSite;
beforeAll(async () => {
  await stayWithinTheHour(60);
  site = await enrolSite();
});

async function makeKnown(): Promise<TestPerson> {
  const person = makePerson('alice');
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person), supportRecord('first', 'case-1')]);
  return person;
}
/** Nothing is restricted, nothing is gone. */
async function expectUntouched(person: TestPerson): Promise<void> {
  const { body } = await query(site, person);
  expect(body).toMatchObject({ records: [{ data: { email: person.email } }] });
  expect(body).not.toHaveProperty('status');
}

describe('A2: somebody else files an erasure for Alice’s address', () => {
  it('the mail names right and effect and offers “not me”; until it is proven nothing happens', async () => {
    const alice = await makeKnown();

    const [mail] = await waitForCodeMails(alice.email, await submit(alice.email, 'erasure'));

    expect(mail?.text).toContain('the erasure of the personal data about you');
    expect(mail?.text).toMatch(/Not you\?.*stop code [0-9a-f]{32}/s);
    expect(mail?.text).not.toMatch(/https?:|alice/);
    await expectUntouched(alice);
  });

  it('what she proves is her own request; his stays unproven and erases nothing', async () => {
    const alice = await makeKnown();
    const his = await submit(alice.email, 'erasure');
    const hisCode = await waitForCode(alice.email, his);

    const { request: hers, own } = await exercise(alice.email);

    expect(own).toMatchObject({ right: 'access', status: 'fulfilled' });
    const attempts = [
      // She types into her page what came for his request; he knows his own browser's secret, and guesses.
      await proveWith({ ...hers }, hisCode),
      await proveWith({ ...hers, requestId: his.requestId }, hisCode),
      await proveWith(his, '00000-00000'),
    ];
    expect(attempts.map(refusal)).toEqual(attempts.map(() => '403 not-proven'));
    const starts = [
      await startErasure({ ...his, token: hers.token }, [site]),
      await startErasure({ ...his, token: his.browserSecret }, [site]),
      await start({ ...his, token: hers.token }),
    ];
    expect(starts.map(refusal)).toEqual(starts.map(() => '401 token-invalid'));
    await expectUntouched(alice);
  });

  it('her own erasure is not made larger, nor smaller, by his', async () => {
    const alice = await makeKnown();
    const elsewhere = await enrolSite();
    await giveConsent(elsewhere, alice);
    await sendRecords(elsewhere, alice, [accountRecord(alice)]);
    const his = await submit(alice.email, 'erasure');
    await waitForCode(alice.email, his);
    const hers = await submitAndProve(alice.email, 'erasure');

    expect(refusal(await startErasure({ ...his, token: hers.token }, [site, elsewhere]))).toBe(
      '401 token-invalid',
    );
    expect((await withdraw(hers)).status).toBe(200);

    expect((await readOutbox(alice.email)).filter(({ text }) => text.includes('can be stopped'))).toEqual([]);
    await expectUntouched(alice);
    expect((await query(elsewhere, alice)).body).toMatchObject({ records: [{}] });
  });

  it('the stop code of its mail ends it: its code proves nothing any more', async () => {
    const alice = await makeKnown();
    const his = await submit(alice.email, 'erasure');
    const [mail] = await waitForCodeMails(alice.email, his);

    expect((await disavow(his, stopCodeIn(mail?.text ?? ''))).status).toBe(202);

    expect(refusal(await proveWith(his, codeIn(mail?.text ?? '')))).toBe('403 not-proven');
    await expectUntouched(alice);
  });
});
