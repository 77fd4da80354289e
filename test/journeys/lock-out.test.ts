import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  codeIn,
  disavow,
  fileRequest,
  giveConsent,
  makePerson,
  readOutbox,
  readOwn,
  sendRecords,
  stayWithinTheHour,
  stopCodeIn,
  submitAndProve,
  waitFor,
  withdraw,
  type TestPerson,
} from '#test/support/person.ts';
import { beginErasure, query, setCoolingOff, startErasure, waitForData } from '#test/support/erased.ts';
import { enrolSite, type TestSite } from '#test/support/site.ts';

let site: TestSite;
beforeAll(async () => {
  await stayWithinTheHour(90);
  site = await enrolSite();
});

async function makeKnown(name: string): Promise<TestPerson> {
  const person = makePerson(name);
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person)]);
  return person;
}
/** Twice as many requests as an address is sent codes for in an hour, of two rights. */
const flood = async ({ email }: TestPerson): Promise<number[]> => {
  const answers = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((n) => fileRequest(email, n % 2 === 0 ? 'access' : 'erasure')),
  );
  return answers.map(({ status }) => status);
};
const noticeTo = ({ email }: TestPerson) =>
  waitFor('a notice', async () =>
    (await readOutbox(email)).find(({ text }) => text.includes('can be stopped')),
  );
const codesTo = async ({ email }: TestPerson): Promise<number> =>
  (await readOutbox(email)).filter(({ text }) => codeIn(text) !== '').length;

describe('A21: a flood on one address whose data is to be erased', () => {
  beforeAll(() => setCoolingOff({ normal: 20, extended: 25 }));

  it.concurrent('does not keep the notice away, nor its stop code from stopping', async () => {
    const person = await makeKnown('flooded');
    const request = await submitAndProve(person.email, 'erasure');
    expect(await flood(person)).toEqual([202, 202, 202, 202, 202, 202]);
    await startErasure(request, [site]);
    const more = flood(person);

    const notice = await noticeTo(person);
    expect(notice.text).toContain(request.requestId);
    expect((await disavow(request, stopCodeIn(notice.text))).status).toBe(202);

    await waitForData(site, person, 'readable');
    expect((await query(site, person)).body).toMatchObject({ records: [{ data: { email: person.email } }] });
    await more;
    expect(await codesTo(person)).toBe(3);
  });

  it.concurrent('leaves the person who proved it their word, though no code comes any more', async () => {
    const person = await makeKnown('sprayed');
    const request = await submitAndProve(person.email, 'erasure');
    await flood(person);
    await startErasure(request, [site]);
    await noticeTo(person);

    expect((await withdraw(request)).status).toBe(200);

    await waitForData(site, person, 'readable');
    expect((await query(site, person)).body).toMatchObject({ records: [{}] });
    expect(await codesTo(person)).toBe(3);
  });

  it.concurrent('is not stopped by a stop code that was guessed', async () => {
    const person = await makeKnown('guessed');
    const request = await beginErasure(person.email, [site]);
    await waitForData(site, person, 'restricted');
    const guesses = ['0', 'a', 'f'].map((digit) => digit.repeat(32));

    const answers = await Promise.all(guesses.map((guess) => disavow(request, guess)));

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await readOwn(request)).toMatchObject({ status: 'cooling-off' });
    expect((await query(site, person)).body).toMatchObject({ status: 'restricted' });
  });
});
