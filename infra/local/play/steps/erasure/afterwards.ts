import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { ask, carryOut, prove } from '../../ask.ts';
import { parseJson, textOf } from '../../bag.ts';
import { recordsIn } from '../../bundle-records.ts';
import { fetchBundle } from '../../fetch-bundle.ts';
import { problemOf } from '../../http.ts';
import { placesOf, type ReceiptContent } from '../../receipt.ts';
import { changesBetween, digestOthers } from '../../row-digests.ts';
import type { Site } from '../../site.ts';
import { languageOf, personOf } from '../../site-user.ts';
import { cast, type Stage } from '../../stage.ts';
import type { ProvenRequest } from '../../subject-request.ts';
import { findTexts } from '../../traces.ts';
import type { Before } from './before.ts';
import { tryCopy } from './copy-stays-shut.ts';
import { readAccount, readOthers } from './others.ts';
import { replayOldMessages } from './replays.ts';

type Past = { readonly before: Before; readonly access: ProvenRequest; readonly receipt: ReceiptContent };

/** What is left to find, to read, to open and to bring back. */
export async function lookAfterwards(stage: Stage, shop: Site, past: Past): Promise<void> {
  const { show } = stage;
  show.step(
    `10  No way back to ${cast.both}`,
    'Whoever looks, with whatever was kept from before, finds what the law keeps and the fact of the erasure.',
  );
  await compareOthers(stage, shop, past.before);
  await lookForPerson(stage, shop, past);
  await tryCopy(stage, past.before, past.receipt);
  await replayOldMessages(stage, shop, past.before.calls);
  await askAgain(stage, past.receipt);
}

async function compareOthers(stage: Stage, shop: Site, { profiles, others, reads }: Before): Promise<void> {
  const { show, account } = stage;
  show.part('Everybody else');
  const now = await digestOthers(account, new Set(profiles.keys()));
  const changes = changesBetween(others, now);
  show.holds(
    `all ${others.size} rows of records and keys of everybody else are as before, byte for byte`,
    changes.length === 0,
    changes,
  );
  const pages = await show.wait('The shop reads everybody else', () => readOthers(stage, shop));
  const differ = [...reads].filter(([login, page]) => !isDeepStrictEqual(page, pages.get(login)));
  const hasData = [...pages.values()].every(({ records }) => records.length === 1);
  show.holds(
    `the shop reads the accounts of the ${pages.size} others as before, that of ${cast.mailboxOnly} too`,
    differ.length === 0 && hasData && pages.size === reads.size,
    differ.map(([login]) => login),
  );
}

async function lookForPerson({ show, data }: Stage, shop: Site, { access }: Past): Promise<void> {
  const { user } = personOf(data, cast.both);
  show.part('Who looks for the person');
  const page = await readAccount(shop, user.id);
  show.exchange(
    'POST /v1/records/queries',
    `the shop reads the account of ${user.login}`,
    { status: 200 },
    `status ${page.status ?? 'none'}, ${page.records.length} records`,
  );
  show.holds('the shop is told: erased', page.status === 'erased' && page.records.length === 0, page);
  const link = await access.askForLink();
  show.exchange('POST /v1/subject/requests/{id}/downloads', 'the bundle of step 3', link, problemOf(link));
  show.holds('the bundle of step 3 is gone with it', link.status === 410, link.status);
}

const erasures = z.object({
  erasures: z.array(z.object({ controllerId: z.string(), erasedAt: z.string() })),
});

/** The person asks again, under the same address. */
async function askAgain(stage: Stage, receipt: ReceiptContent): Promise<void> {
  const { show, data } = stage;
  const person = personOf(data, cast.both);
  const { email } = person.user;
  show.part('The person asks what is held now');
  const { request } = await ask(stage, { right: 'access', email, language: languageOf(person) });
  const proven = await prove(stage, request, email);
  await carryOut(stage, proven);
  const call = 'POST /v1/subject/requests/{id}/downloads';
  const bag = await fetchBundle(stage, 'after-erasure', call, proven.askForLink);

  const { erasures: told } = parseJson('data/request.json', textOf(bag, 'data/request.json'), erasures);
  const names = new Map(receipt.controllers.map(({ controllerId, name }) => [controllerId, name]));
  show.quiet(
    ...told.map(
      ({ controllerId, erasedAt }) =>
        `data/request.json: ${names.get(controllerId) ?? controllerId}: erased at ${erasedAt}`,
    ),
  );
  const ids = receipt.controllers.map(({ controllerId }) => controllerId).sort();
  show.holds(
    'the bundle tells of the erasure at both controllers',
    isDeepStrictEqual(told.map(({ controllerId }) => controllerId).sort(), ids),
    told,
  );
  const kept = placesOf(receipt).flatMap(({ datasets }) => datasets.filter(({ retained }) => retained > 0));
  const expected = kept.filter(({ dataset }) => dataset === 'billing').map(({ retained }) => retained);
  const records = recordsIn(bag).map(({ dataset }) => dataset);
  show.holds(
    'of the records only the invoice is there, which tax law keeps, as the receipt said',
    String(records) === 'billing' && String(expected) === '1',
    { records, expected },
  );
  const gone = [person.user.login, person.meta.billing_phone, ...person.sessions.map(({ ip }) => ip)];
  const traces = findTexts(bag, gone);
  show.holds('no user name, phone or IP address of the person is in it', traces.length === 0, traces);
}
