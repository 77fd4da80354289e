import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  askForLink,
  exercise,
  giveConsent,
  makePerson,
  readOutbox,
  readOwn,
  sendRecords,
  submitAndProve,
  submitInSession,
  supportRecord,
  waitForEnd,
  waitForMail,
  waitForSiteEnd,
  withToken,
} from '#test/support/person.ts';
import { fetchBundle, type ReadBundle } from '#test/support/bundle.ts';
import { erase, fetchReceipt, query, startErasure, type Ended } from '#test/support/erased.ts';
import { enrolSite, getText, refusal, type TestSite } from '#test/support/site.ts';

const ada = makePerson('ada');
/** Whose address was replaced before she was erased. */
const moved = { before: makePerson('before'), email: makePerson('after').email };
const after = { ...moved.before, email: moved.email };
/** One that has read what it sent, and one that has not. */
let readsIt: TestSite;
let neverReads: TestSite;
let erasure: Ended;

beforeAll(async () => {
  [readsIt, neverReads] = await Promise.all([enrolSite(), enrolSite()]);
  for (const site of [readsIt, neverReads]) {
    await giveConsent(site, ada);
    await sendRecords(site, ada, [accountRecord(ada), supportRecord('first', 'case-1')]);
  }
  expect((await query(readsIt, ada)).body).toMatchObject({ records: [{}] });
  await giveConsent(readsIt, moved.before);
  await giveConsent(readsIt, after);
  const filed = await submitInSession(readsIt, after, { right: 'erasure' });
  const { requestId } = filed.body as { requestId: string };
  [erasure] = await Promise.all([
    erase(ada.email, [readsIt, neverReads]),
    waitForSiteEnd(readsIt, requestId),
  ]);
  expect(erasure.own).toMatchObject({ status: 'fulfilled' });
}, 240_000);

describe('G18: who was given the data is told that it is erased', () => {
  const words = 'Personal data that you received was erased';
  const toldAt = async ({ host }: TestSite) =>
    (await readOutbox(`privacy@${host}`)).filter(({ subject }) => subject === words);

  it('once, at the contact of its controller, without a word of whom it is about', async () => {
    await waitForMail(`privacy@${readsIt.host}`, 'erased personal data of one of your users');

    const mails = (await toldAt(readsIt)).filter(({ text }) => text.includes(erasure.request.requestId));

    expect(mails).toHaveLength(1);
    expect(`${mails[0]?.subject} ${mails[0]?.text}`).not.toMatch(/ada|people\.example|u-[0-9a-f]{8}/);
  });

  it('who never read it is not', async () => {
    await waitForMail(ada.email, /is erased: its keys are destroyed/);
    expect(await toldAt(neverReads)).toEqual([]);
  });
});

type Listed = { pii_processing?: { pii_controllers: { id: string }[] } };
const recordsIn = (bundle: ReadBundle, path: string): Listed[] =>
  (bundle.json(path) as { records: Listed[] }).records;
const controllerOf = (consent: Listed): string => consent.pii_processing?.pii_controllers[0]?.id ?? '';

describe('after an erasure', () => {
  it.concurrent(
    'G16: a new access request gives out what was retained, and the fact of erasure',
    async () => {
      const { request, own } = await exercise(ada.email);

      const bundle = await fetchBundle(request);

      expect(own.status).toBe('fulfilled');
      const erasures = [readsIt, neverReads].map(({ controllerId }) => ({
        controllerId,
        erasedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      }));
      const told = bundle.json('data/request.json') as { erasures: { controllerId: string }[] };
      expect(told.erasures).toHaveLength(2);
      expect(told.erasures).toEqual(expect.arrayContaining(erasures));
      const { content } = await fetchReceipt(erasure.request);
      const destroyed = content?.controllers.flatMap(({ places }) =>
        places.map((place) => (place.outcome === 'erased' ? place.keysDestroyedAt : '')),
      );
      expect((told.erasures as unknown as { erasedAt: string }[]).map((one) => one.erasedAt).sort()).toEqual(
        destroyed?.sort(),
      );
      // Proofs of consent and what was read are kept for a term of their own.
      const consents = recordsIn(bundle, 'data/consents.json');
      expect(consents.map(controllerOf).sort()).toEqual(
        [readsIt, neverReads].map(({ controllerId }) => controllerId).sort(),
      );
      expect(recordsIn(bundle, 'data/disclosures.json')).toMatchObject([
        { controllerId: readsIt.controllerId, recipientId: readsIt.siteId, datasets: ['account'] },
      ]);
      for (const gone of ['account', 'support-case']) {
        expect(bundle.paths.filter((path) => path.includes(`/${gone}.jsonl`))).toEqual([]);
      }
      const all = bundle.paths.map((path) => bundle.text(path)).join('\n');
      expect(all).not.toContain(ada.email);
      expect(all).not.toContain('About first');
    },
  );

  it.concurrent(
    'A24: an address that nothing was retained under opens nothing, and is told the one honest text',
    async () => {
      const { request, own } = await exercise(moved.before.email);

      expect(own).toMatchObject({ status: 'fulfilled', controllers: [] });
      expect(refusal(await askForLink(request))).toBe('409 nothing-to-give');
      const mail = await waitForMail(moved.before.email, 'there is nothing that we may give out');
      expect(mail.text).toContain(request.requestId);
    },
  );

  it.concurrent('a second erasure finds that it was done, when, and has a receipt of its own', async () => {
    const again = await erase(ada.email, [readsIt]);

    expect(again.own).toMatchObject({ status: 'fulfilled', receipt: true });
    const { problems, content } = await fetchReceipt(again.request);
    expect(problems).toEqual([]);
    const first = (await fetchReceipt(erasure.request)).content?.controllers.find(
      ({ controllerId }) => controllerId === readsIt.controllerId,
    )?.places[0];
    const place = content?.controllers[0]?.places[0];
    expect(place).toMatchObject({
      outcome: 'already-erased',
      keysDestroyedAt: first?.outcome === 'erased' ? first.keysDestroyedAt : 'never',
    });
    expect(place?.datasets.every(({ erased, residual }) => erased + residual === 0)).toBe(true);
    const retained = place?.datasets.map(({ dataset, found }) => [dataset, found]);
    expect(retained).toEqual(
      first?.datasets.filter((row) => row.retained > 0).map((row) => [row.dataset, row.retained]),
    );
  });

  it.concurrent(
    'G06 A24: whoever nothing is in reach for is told so once the address is proven, and has no receipt',
    async () => {
      const { email } = makePerson('nobody');
      const request = await submitAndProve(email, 'erasure');
      expect(await readOwn(request)).toMatchObject({ controllers: [] });

      const started = await startErasure(request, []);

      expect(started).toMatchObject({ status: 202, body: { status: 'cooling-off' } });
      const own = await waitForEnd(request);
      expect(own).toMatchObject({ status: 'fulfilled' });
      expect(own).not.toHaveProperty('receipt');
      const path = `/v1/subject/requests/${request.requestId}/receipt`;
      const receipt = await getText(path, withToken(request.token));
      expect(receipt.status).toBe(409);
      expect(JSON.parse(receipt.text)).toMatchObject({ type: 'urn:data-rights:problem:nothing-to-give' });
      const mail = await waitForMail(email, 'there is nothing that we may erase');
      expect(mail.text).toContain(request.requestId);
      expect(mail.text).toContain('complain');
    },
  );
});
