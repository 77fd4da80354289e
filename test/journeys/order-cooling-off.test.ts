import { beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import {
  accountRecord,
  disavow,
  giveConsent,
  makePerson,
  sendRecords,
  stayWithinTheHour,
  stopCodeIn,
  waitFor,
  waitForMail,
  type Proven,
} from '#test/support/person.ts';
import { query, setCoolingOff, waitForData } from '#test/support/erased.ts';
import { gainOrdersKey, order } from '#test/support/orders.ts';
import { consentWithPhone, makePhone, waitForTexts } from '#test/support/second-identifier.ts';
import { enrolSite, type Answered, type TestSite } from '#test/support/site.ts';
import type { SiteCredentials } from '#test/support/site-client.ts';
import { stackTable } from '#test/support/stored.ts';

let site: TestSite;
let orders: SiteCredentials;
beforeAll(async () => {
  await stayWithinTheHour(90);
  site = await enrolSite();
  orders = await gainOrdersKey(site);
});
const idOf = ({ body }: Answered): string => (body as { requestId: string }).requestId;
const recordOf = (requestId: string) => readRequest({ requests: stackTable('Requests') }, requestId);

describe('A10: an order, by whoever holds the key', () => {
  it('cools off for the longer time, though two channels lead to the user', async () => {
    const [person, phone] = [makePerson('stable'), makePhone()];
    await consentWithPhone(site, person, phone);
    await sendRecords(site, person, [accountRecord(person)]);

    const requestId = idOf(await order(orders, person));

    expect((await waitForData(site, person, 'restricted')).body).toEqual({
      status: 'restricted',
      records: [],
    });
    const until = await waitFor('its time', async () => (await recordOf(requestId))?.coolingOffUntil);
    const announced = (await readChain(stackTable('Ledger'), `R#${requestId}`)).find(
      ({ type }) => type === 'announced',
    );
    expect(announced).toMatchObject({ facts: { extended: true, notices: 2 } });
    // Its end is a whole second.
    expect(Math.floor((Date.parse(until) - Date.parse(announced?.at ?? '')) / 1_000)).toBe(8);
    // An order reaches what signs the user in as well: it is the controller's own (A1).
    await waitForData(site, person, 'erased');
    expect((await recordOf(requestId))?.state).not.toBe('needs-attention');
    await waitForMail(person.email, /ordered to be erased is erased/);
  });
});

describe('A10: an order that is to be stopped', () => {
  beforeAll(() => setCoolingOff({ normal: 20, extended: 25 }));

  it('is told to the current and the former address and to the phone; each can stop it', async () => {
    const [before, phone] = [makePerson('before'), makePhone()];
    await giveConsent(site, before);
    const person = { ...before, email: makePerson('current').email };
    await consentWithPhone(site, person, phone);
    await sendRecords(site, person, [accountRecord(person)]);

    const requestId = idOf(await order(orders, person));

    const [current, former, [text]] = await Promise.all([
      waitForMail(person.email, requestId),
      waitForMail(before.email, requestId),
      waitForTexts(phone),
    ]);
    const codes = [current.text, former.text, text?.text ?? ''].map(stopCodeIn);
    expect(new Set(codes).size).toBe(3);
    for (const { text: words } of [current, former]) expect(words).toContain('has ordered its erasure');
    expect((await disavow({ requestId } as Proven, codes[1] ?? '')).status).toBe(202);
    await waitForData(site, person, 'readable');
    expect((await recordOf(requestId))?.state).toBe('withdrawn');
    expect((await query(site, person)).body).toMatchObject({
      records: [{ data: { email: person.email } }],
    });
  });
});
