import { v7 as uuid } from 'uuid';
import { consentsFor, readConsents } from '#shared/consent/consent-store.ts';
import { consentPurposesFor } from '#shared/data-map/consent-purposes.ts';
import { findDataset } from '#shared/data-map/data-map.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { route, type Answer } from '#shared/http/route.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { CursorInvalid, readRecordPage } from '#shared/vault/read-records.ts';
import { queryRecords } from './contract.ts';
import { requireQuota, type Wiring } from './wiring.ts';

const nothing: Answer = { status: 200, body: { records: [] } };
const erased: Answer = { status: 200, body: { records: [], status: 'erased' } };
const restricted: Answer = { status: 200, body: { records: [], status: 'restricted' } };

/** A site reads its own user's data, for a purpose of its contract that the dataset serves (P09, P10, A36). */
export const queryRoute = (wiring: Wiring) =>
  route(queryRecords, async ({ body, caller, now, log }) => {
    await requireQuota(wiring, caller, now);
    const { siteId } = caller;
    const dataset = findDataset(body.dataset);
    if (!dataset) throw invalid('dataset', 'not a dataset of the data map');
    const { purpose, cursor } = body;
    const serves = (dataset.purposes as readonly string[]).includes(purpose);
    if (!serves || !caller.purposes.includes(purpose)) {
      log.warn('read-refused', { siteId, dataset: dataset.name, purpose });
      throw new Problem('purpose-not-allowed');
    }
    const userHash = await hashUserId(wiring.indexKey, siteId, body.user.id);
    const profile = await findProfileOf(wiring.directory, { siteId, userHash });
    if (!profile) return nothing;
    if (profile.state === 'erased') return erased;
    if (!isReadable(profile)) return restricted;
    const consents = await readConsents(wiring.directory, profile.profileId);
    if (!consentsFor(consents, ['terms-accepted'])) throw new Problem('consent-missing');
    const { profileId } = profile;
    const recorded = await recordRead(wiring, profile, {
      siteId,
      dataset: dataset.name,
      purpose,
      readId: uuid(),
      at: now.toISOString(),
    });
    if (recorded === 'erased') return erased;
    if (recorded === 'refused') return restricted;
    try {
      const page = await readRecordPage(wiring, {
        profileId,
        dataset: dataset.name,
        readerId: siteId,
        cursor,
      });
      if (page.status === 'absent') return nothing;
      if (page.status === 'erased') return erased;
      // What rests on a consent is read only while that consent stands, by the basis of each record (P17, G05).
      const records = page.value.records.filter(({ basis }) =>
        consentsFor(consents, consentPurposesFor(dataset, basis)),
      );
      return { status: 200, body: { ...page.value, records } };
    } catch (error) {
      if (error instanceof CursorInvalid) throw invalid('cursor', 'not a cursor of this query');
      throw error;
    }
  });
