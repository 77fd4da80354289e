import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  getOwn,
  makePerson,
  proveWith,
  readOutbox,
  sendRecords,
  start,
  stayWithinTheHour,
  submit,
  submitAndProve,
  waitForCode,
  type Proven,
  type TestPerson,
} from '#test/support/person.ts';
import {
  consentWithPhone,
  digitsIn,
  makePhone,
  nameIdentifier,
  waitForDigits,
  waitForTexts,
} from '#test/support/second-identifier.ts';
import { enrolSite, postJson, refusal, type TestSite } from '#test/support/site.ts';

const refused = '403 not-proven';
let site: TestSite;
beforeAll(async () => {
  await stayWithinTheHour(120);
  site = await enrolSite();
});

/** A person at the site whose phone is soundly theirs, beside the address. */
async function makeOwner(): Promise<TestPerson & { phone: string }> {
  const [person, phone] = [makePerson('owner'), makePhone()];
  await consentWithPhone(site, person, phone);
  await sendRecords(site, person, [accountRecord(person)]);
  return { ...person, phone };
}
const raise = async (request: Proven, code: string): Promise<string> =>
  refusal(await proveWith(request, code));

describe('A1: a second identifier', () => {
  it('raises the level to 2 by the code of a text message; the token before is revoked', async () => {
    const { email, phone } = await makeOwner();
    const request = await submitAndProve(email);
    expect(await nameIdentifier(request, ` ${phone} `)).toMatchObject({ status: 202, body: {} });
    const [text] = await waitForTexts(phone);
    expect(text).toMatchObject({ channel: 'sms', to: phone });
    expect(text?.text).toContain('Example Plugins GmbH: a copy of your data');
    const digits = digitsIn(text?.text ?? '');

    const answer = await proveWith(request, `${digits.slice(0, 4)} ${digits.slice(4)}`);

    expect(answer).toMatchObject({ status: 200, body: { level: 2 } });
    const raised = { ...request, token: (answer.body as { token: string }).token };
    expect(refusal(await getOwn(request))).toBe('401 token-invalid');
    expect((await start(raised)).status).toBe(202);
    expect(refusal(await nameIdentifier(raised, phone))).toBe('409 wrong-state');
    expect(await raise(request, digits)).toBe(refused);
  });

  it('is named by who has proven the first, in a form that can be one', async () => {
    const { email } = makePerson('forms');
    const submitted = await submit(email);
    const path = `/v1/subject/requests/${submitted.requestId}/identifiers`;
    const body = { kind: 'phone', value: makePhone() };
    expect(refusal(await postJson(path, body))).toBe('401 token-invalid');

    const proof = await proveWith(submitted, await waitForCode(email, submitted));
    const request = { ...submitted, token: (proof.body as { token: string }).token };

    for (const value of ['0151 1234567', '+49 151 1234567', 'phone', ''])
      expect(refusal(await nameIdentifier(request, value))).toBe('422 validation');
    expect(refusal(await nameIdentifier(request, makePhone(), 'username'))).toBe('422 validation');
    const other = await submitAndProve(makePerson('other').email);
    expect(refusal(await nameIdentifier({ ...request, token: other.token }, makePhone()))).toBe(
      '401 token-invalid',
    );
  });
});

describe('A3 A21 A24: what is no second identifier gets the same answer, and no message', () => {
  it('unknown, foreign, unverified, shared, former, added later, abroad, or another mailbox', async () => {
    const owner = await makeOwner();
    const phones = { unknown: makePhone(), foreign: makePhone(), former: owner.phone, added: makePhone() };
    const [unverified, shared, abroad, mailbox] = [
      makePhone(),
      makePhone(),
      '+12015550123',
      makePerson('second').email,
    ];
    await consentWithPhone(site, makePerson('stranger'), phones.foreign);
    await consentWithPhone(site, owner, phones.added);
    const people = { unverified: makePerson(), shared: makePerson(), abroad: makePerson() };
    await consentWithPhone(site, people.unverified, unverified, false);
    await consentWithPhone(site, people.shared, shared);
    await consentWithPhone(site, makePerson('family'), shared);
    await consentWithPhone(site, people.abroad, abroad);

    const asked = await submitAndProve(owner.email);
    const answers = [];
    for (const phone of Object.values(phones)) answers.push(await nameIdentifier(asked, phone));
    answers.push(await nameIdentifier(asked, mailbox, 'email'));
    for (const [name, phone] of Object.entries({ unverified, shared, abroad })) {
      const request = await submitAndProve(people[name as keyof typeof people].email);
      answers.push(await nameIdentifier(request, phone));
    }

    for (const { status, body, headers } of answers) {
      expect({ status, body }).toEqual({ status: 202, body: {} });
      expect([...headers.keys()].sort()).toEqual([...(answers[0]?.headers.keys() ?? [])].sort());
    }
    // The code of somebody who asks later has come: what was to be sent before has been.
    const later = await makeOwner();
    await nameIdentifier(await submitAndProve(later.email), later.phone);
    await waitForTexts(later.phone);
    for (const to of [...Object.values(phones), unverified, shared, abroad, mailbox])
      expect(await readOutbox(to), to).toEqual([]);
  });

  it('linked after the request was received', async () => {
    const [person, phone] = [makePerson('afterwards'), makePhone()];
    const submitted = await submit(person.email);
    await consentWithPhone(site, person, phone);
    const proof = await proveWith(submitted, await waitForCode(person.email, submitted));
    const request = { ...submitted, token: (proof.body as { token: string }).token };

    expect((await nameIdentifier(request, phone)).status).toBe(202);

    const later = await makeOwner();
    await nameIdentifier(await submitAndProve(later.email), later.phone);
    await waitForTexts(later.phone);
    expect(await readOutbox(phone)).toEqual([]);
  });
});

describe('A21: the code of a text message', () => {
  it('A17: of one request is useless in another, and no substitute for the mail’s', async () => {
    const { email, phone } = await makeOwner();
    const [one, two] = [await submitAndProve(email), await submitAndProve(email)];
    await nameIdentifier(one, phone);
    const digits = await waitForDigits(phone);
    expect(await raise(two, digits)).toBe(refused);
    const unproven = await submit(makePerson('unproven').email);
    expect(refusal(await proveWith(unproven, digits))).toBe(refused);

    expect(await proveWith(one, digits)).toMatchObject({ status: 200, body: { level: 2 } });
  });

  it('fails after five wrong guesses, at once or in turn; a fresh one counts anew', async () => {
    const { email, phone } = await makeOwner();
    const request = await submitAndProve(email);
    await nameIdentifier(request, phone);
    const digits = await waitForDigits(phone);
    const guesses = Array.from({ length: 20 }, (_, n) =>
      String((Number(digits) + n + 1) % 10 ** 8).padStart(8, '0'),
    );

    expect(new Set(await Promise.all(guesses.map((guess) => raise(request, guess))))).toEqual(
      new Set([refused]),
    );
    expect(await raise(request, digits)).toBe(refused);

    await nameIdentifier(request, phone);
    const fresh = await waitForDigits(phone, 2);
    expect(await proveWith(request, fresh)).toMatchObject({ status: 200, body: { level: 2 } });
  });

  it('is sent three times an hour to one number, over all requests; the owner’s count is nobody else’s', async () => {
    const { email, phone } = await makeOwner();
    const stranger = await submitAndProve(makePerson('stranger').email);
    for (let n = 0; n < 4; n += 1) expect((await nameIdentifier(stranger, phone)).status).toBe(202);
    const [one, two] = [await submitAndProve(email), await submitAndProve(email)];

    for (const request of [one, two, one, two])
      expect((await nameIdentifier(request, phone)).status).toBe(202);

    await waitForTexts(phone, 3);
    const later = await makeOwner();
    await nameIdentifier(await submitAndProve(later.email), later.phone);
    await waitForTexts(later.phone);
    expect(await readOutbox(phone)).toHaveLength(3);
  });
});
