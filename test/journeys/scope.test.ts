import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, postJson, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  exercise,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  start,
  submitAndProve,
  withToken,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';

const person = makePerson('chooses');
/** Two controllers hold the person soundly, one not so, one not at all. */
let sites: { one: TestSite; two: TestSite; weak: TestSite; stranger: TestSite };
beforeAll(async () => {
  const [one, two, weak, stranger] = await Promise.all([enrolSite(), enrolSite(), enrolSite(), enrolSite()]);
  sites = { one, two, weak, stranger };
  await Promise.all(
    [one, two, weak].map(async (site) => {
      await giveConsent(site, person, [], site !== weak);
      await sendRecords(site, person, [accountRecord(person)], site !== weak);
    }),
  );
});

const holding = (paths: readonly string[]): string[] => [
  ...new Set(paths.flatMap((path) => /^data\/records\/vault\/([^/]+)\//.exec(path)?.[1] ?? [])),
];

describe('A5: what a request covers', () => {
  it('is chosen once the person is proven, among the controllers in reach', async () => {
    const early = await postJson('/v1/subject/requests', {
      right: 'access',
      identifier: { kind: 'email', value: person.email },
      controllers: 'all',
    });
    const request = await submitAndProve(person.email);

    expect(early).toMatchObject({ status: 422, body: { errors: [{ path: 'controllers' }] } });
    const { controllers } = await readOwn(request);
    expect(controllers.map(({ controllerId }) => controllerId).sort()).toEqual(
      [sites.one.controllerId, sites.two.controllerId].sort(),
    );
  });

  it.each([
    ['nothing', {}],
    ['no controller', { controllers: [] }],
    ['something that is no id', { controllers: ['*'] }],
    ['what comes with a later release', { controllers: 'all', details: 'please' }],
  ])('is stated: %s is not taken', async (_, body) => {
    const { requestId, token } = await submitAndProve(makePerson('states').email);

    const answer = await postJson(`/v1/subject/requests/${requestId}/start`, body, withToken(token));

    expect(answer.status).toBe(422);
  });

  it('holds nothing of a controller in reach that was not chosen, nor of one out of reach that was', async () => {
    const { one, two, weak, stranger } = sites;
    const controllers = [one, weak, stranger].map(({ controllerId }) => controllerId);

    const { request, own } = await exercise(person.email, { controllers });
    const bundle = await fetchBundle(request);

    expect(own.status).toBe('fulfilled');
    expect(holding(bundle.paths)).toEqual([one.controllerId]);
    const all = bundle.paths.map((path) => bundle.text(path)).join('\n');
    expect(all).toContain(one.host);
    for (const { host, controllerId } of [two, weak, stranger]) {
      expect(all).not.toContain(host);
      expect(all).not.toContain(controllerId);
    }
  });

  it('is refused where only controllers out of reach were chosen, and stays to be started', async () => {
    const controllers = [sites.weak.controllerId, sites.stranger.controllerId];

    const request = await submitAndProve(person.email);

    expect(refusal(await start(request, controllers))).toBe('422 validation');
    expect(await readOwn(request)).toMatchObject({ status: 'verified' });
  });
});
