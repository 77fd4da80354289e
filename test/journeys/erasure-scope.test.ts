import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  start,
  submitAndProve,
  submitInSession,
  waitForEnd,
  withToken,
  type Proven,
} from '#test/support/person.ts';
import { fetchReceipt, query, startErasure, waitForData } from '#test/support/erased.ts';
import { enrolSite, postJson, refusal, type TestSite } from '#test/support/site.ts';

const person = makePerson('chooses');
/** Controllers that hold the person: two whose instruction is `auto`, one that wants to be asked, one that said nothing. */
let sites: { chosen: TestSite; other: TestSite; asks: TestSite; silent: TestSite };
let request: Proven;
beforeAll(async () => {
  const exports = { access: 'auto', portability: 'auto' };
  const [chosen, other, asks, silent] = await Promise.all([
    enrolSite(),
    enrolSite(),
    enrolSite({}, { instructions: { ...exports, erasure: 'ask' } }),
    enrolSite({}, { instructions: exports }),
  ]);
  sites = { chosen, other, asks, silent };
  for (const site of Object.values(sites)) {
    await giveConsent(site, person);
    await sendRecords(site, person, [accountRecord(person)]);
  }
  request = await submitAndProve(person.email, 'erasure');
});
const expectReadable = async (...held: TestSite[]): Promise<void> => {
  for (const site of held) {
    const { body } = await query(site, person);
    expect(body).toMatchObject({ records: [{}] });
    expect(body).not.toHaveProperty('status');
  }
};
const startWith = (body: Record<string, unknown>) =>
  postJson(`/v1/subject/requests/${request.requestId}/start`, body, withToken(request.token));

describe('A5: an erasure', () => {
  it('has nothing preselected: “all” is refused, and so is no choice', async () => {
    const answers = [await start(request, 'all'), await start(request, []), await startWith({})];

    expect(answers.map(refusal)).toEqual(answers.map(() => '422 validation'));
    expect(answers[0]?.body).toMatchObject({ errors: [{ path: 'controllers' }] });
  });

  it('is refused where a chosen controller wants to be asked; it is not passed over', async () => {
    const { chosen, other, asks, silent } = sites;

    for (const one of [asks, silent]) {
      const answers = [await startErasure(request, [one]), await startErasure(request, [chosen, one, other])];
      for (const answer of answers) {
        expect(refusal(answer)).toBe('422 instruction-not-available');
        const { errors } = answer.body as { errors: { path: string; message: string }[] };
        expect(errors).toHaveLength(1);
        expect(errors[0]?.message).toContain(one.controllerId);
      }
    }

    const session = await submitInSession(asks, person, { right: 'erasure' });
    expect(refusal(session)).toBe('422 instruction-not-available');
    expect(await readOwn(request)).toMatchObject({ status: 'verified' });
    await expectReadable(chosen, other, asks, silent);
  });

  it('takes a ground of the list, and no text', async () => {
    for (const details of [{ ground: 'because' }, { ground: '17(1)(b)', note: 'please' }, 'please'])
      expect(refusal(await startWith({ controllers: [sites.chosen.controllerId], details }))).toBe(
        '422 validation',
      );
    const access = await submitAndProve(person.email);
    const started = await startErasure(access, [sites.chosen], { ground: '17(1)(b)' });
    expect(refusal(started)).toBe('422 validation');
  });

  it('reaches the profile of the chosen controller, and of no other', async () => {
    const { chosen, other, asks, silent } = sites;

    // One that is in reach, one that is not: that one is no part of the request (A24).
    const stranger = await enrolSite();
    const started = await startErasure(request, [chosen, stranger], { ground: '17(1)(b)' });

    expect(started).toMatchObject({ status: 202, body: { status: 'cooling-off' } });
    await waitForData(chosen, person, 'restricted');
    await expectReadable(other, asks, silent);
    expect(await waitForEnd(request)).toMatchObject({ status: 'fulfilled' });
    expect((await query(chosen, person)).body).toMatchObject({ status: 'erased', records: [] });
    await expectReadable(other, asks, silent);
    const { content } = await fetchReceipt(request);
    expect(content?.ground).toBe('17(1)(b)');
    expect(content?.controllers.map(({ controllerId }) => controllerId)).toEqual([chosen.controllerId]);
  });
});
