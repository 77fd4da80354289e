import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  askForLink,
  exercise,
  giveConsent,
  makePerson,
  proveWith,
  readOwn,
  sendRecords,
  submit,
  supportRecord,
  waitForCode,
  waitForMail,
  type TestPerson,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';

/** Where identifiers are weak, and where the same address is sound. */
let site: TestSite;
let elsewhere: TestSite;
beforeAll(async () => {
  [site, elsewhere] = await Promise.all([enrolSite(), enrolSite()]);
});

async function collect(at: TestSite, person: TestPerson, verified = true): Promise<void> {
  await giveConsent(at, person, [], verified);
  await sendRecords(at, person, [accountRecord(person), supportRecord('about')], verified);
}
/** Another user with the same address. */
const twinOf = ({ email }: TestPerson): TestPerson => ({ ...makePerson(), email });
const nothingWords = 'there is nothing that we may give out';

/** Proves the address and asks for everything: nothing of it may come. */
async function expectNothing(email: string): Promise<void> {
  const { request, own } = await exercise(email);
  expect(own).toMatchObject({ status: 'fulfilled', controllers: [] });
  expect(own.bundle).toBeUndefined();
  expect(refusal(await askForLink(request))).toBe('409 nothing-to-give');
  expect((await waitForMail(email, nothingWords)).text).toContain(request.requestId);
}

/** A weak address at one site leaves it as strong as it is at another. */
async function expectOnlyElsewhere(email: string): Promise<void> {
  const { request, own } = await exercise(email);
  expect(own.controllers.map(({ controllerId }) => controllerId)).toEqual([elsewhere.controllerId]);
  const bundle = await fetchBundle(request);
  expect(bundle.paths.filter((path) => path.includes(site.controllerId))).toEqual([]);
  expect(bundle.records('account')).toMatchObject([{ email }]);
  expect(bundle.text('data/index.html')).not.toContain(site.host);
}

// The fifth kind, an address not seen in use for 400 days, needs a clock: `test/shared/profiles/sound.test.ts`.
describe('A3: an address that is not sound opens nothing alone', () => {
  it.concurrent('not verified by the site; P22: sound elsewhere, it opens what is there', async () => {
    const person = makePerson('unverified');
    await collect(site, person, false);
    await collect(elsewhere, person);

    await expectOnlyElsewhere(person.email);
  });

  it.concurrent('of two users of one controller, at one site', async () => {
    const person = makePerson('family');
    await collect(site, person);
    await collect(site, twinOf(person));

    await expectNothing(person.email);
  });

  it.concurrent('of two users of one controller, at two of its sites', async () => {
    const second = await enrolSite({ controllerId: site.controllerId });
    const person = makePerson('info');
    await collect(site, person);
    await collect(second, twinOf(person));

    await expectNothing(person.email);
  });

  it.concurrent('re-issued: the account was closed and opened again by somebody', async () => {
    const person = makePerson('reissued');
    await collect(site, person);
    await collect(site, { ...person, registeredAt: '2026-06-01T00:00:00.000Z' });

    await expectNothing(person.email);
  });

  it.concurrent('linked only after the request was received', async () => {
    const person = makePerson('afterwards');
    await collect(elsewhere, person);
    const submitted = await submit(person.email);
    await collect(site, person);

    const proof = await proveWith(submitted, await waitForCode(person.email, submitted));
    const { token } = proof.body as { token: string };

    const { controllers } = await readOwn({ ...submitted, token });
    expect(controllers.map(({ controllerId }) => controllerId)).toEqual([elsewhere.controllerId]);
  });

  it.concurrent('G06 A24: known to nobody; it is told the same', async () => {
    await expectNothing(makePerson('nobody').email);
  });
});

describe('A4: an address that was changed at the site', () => {
  it('former, opens nothing; new, opens only what was stored since', async () => {
    const before = makePerson('former');
    await collect(site, before);
    const after = { ...before, email: makePerson('moved').email };
    await giveConsent(site, after);
    await sendRecords(site, after, [supportRecord('newer')]);

    const [, moved] = await Promise.all([expectNothing(before.email), exercise(after.email)]);

    const bundle = await fetchBundle(moved.request);
    expect(bundle.records('support-case')).toMatchObject([{ subject: 'newer' }]);
    expect(bundle.paths.filter((path) => path.includes('/account.'))).toEqual([]);
    const { redactions } = bundle.json('data/redactions.json') as { redactions: object[] };
    expect(redactions).toMatchObject([
      { dataset: 'account', reason: 'identifier-linked-recently', count: 1 },
      { dataset: 'consent', reason: 'identifier-linked-recently', count: 1 },
      { dataset: 'support-case', reason: 'identifier-linked-recently', count: 1 },
    ]);
    for (const path of bundle.paths) expect(bundle.text(path)).not.toContain(before.email);
  });
});
