import { expect, it } from 'vitest';
import {
  accountRecord,
  giveConsent,
  makePerson,
  proveWith,
  sendRecords,
  start,
  stopCodeIn,
  submitAndProve,
  waitForEnd,
} from '#test/support/person.ts';
import {
  consentWithPhone,
  makePhone,
  nameIdentifier,
  waitForDigits,
  waitForTexts,
} from '#test/support/second-identifier.ts';
import { enrolSite } from '#test/support/site.ts';

it('A1: what signs the person in is erased where both identifiers stand, and nowhere else', async () => {
  const [site, elsewhere] = [await enrolSite(), await enrolSite()];
  const owner = { ...makePerson('owner'), phone: makePhone() };
  await consentWithPhone(site, owner, owner.phone);
  await sendRecords(site, owner, [accountRecord(owner)]);
  await giveConsent(elsewhere, owner, ['login']);
  const question = { question: 'First pet?', answer: 'Rex' };
  const collectedAt = owner.registeredAt;
  const asked = { dataset: 'security-question', externalId: 'pet', collectedAt, data: question };
  await sendRecords(elsewhere, owner, [asked]);
  const request = await submitAndProve(owner.email, 'erasure');
  await nameIdentifier(request, owner.phone);
  const proof = await proveWith(request, await waitForDigits(owner.phone));
  const raised = { ...request, token: (proof.body as { token: string }).token };

  const started = await start(raised, [site.controllerId, elsewhere.controllerId]);

  expect(started).toMatchObject({ status: 202, body: { status: 'cooling-off' } });
  const own = await waitForEnd(raised);
  // Of each dataset in the second profile, and of nothing in the first.
  const whole = ['consent', 'security-question'].map((dataset) => ({
    ...{ reason: 'needs-level-2', controllerId: elsewhere.controllerId, dataset },
  }));
  expect(own).toMatchObject({ status: 'partly-fulfilled', withheld: whole });
  const query = { user: { id: owner.userId }, dataset: 'account', purpose: 'login' };
  expect((await site.call('POST', '/v1/records/queries', query)).body).toMatchObject({ status: 'erased' });
  const left = await elsewhere.call('POST', '/v1/records/queries', {
    ...query,
    dataset: 'security-question',
  });
  expect((left.body as { records: unknown[] }).records).toHaveLength(1);
  // A25: the phone is warned too, wherever the mailbox is.
  const notice = (await waitForTexts(owner.phone, 2)).at(-1)?.text ?? '';
  expect(notice).toContain(request.requestId);
  expect(stopCodeIn(notice)).not.toBe('');
});
