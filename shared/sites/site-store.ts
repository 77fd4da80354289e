import { getItem, type Key, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { LedgerHead } from '#shared/ledger/event.ts';
import type { Controller, Enrolment, Site, SiteKey } from './site.ts';

const siteRow = (siteId: string): Key => ({ pk: `S#${siteId}`, sk: 'META' });
/** A partition of its own: a signed call names its key, and nothing else in it is believed. */
const keyRow = (keyId: string): Key => ({ pk: `K#${keyId}`, sk: 'KEY' });
const controllerRow = (controllerId: string): Key => ({ pk: `C#${controllerId}`, sk: 'META' });
const enrolmentRow = (codeHash: string): Key => ({ pk: `E#${codeHash}`, sk: 'ENROL' });

/** Rows are written by this file only, in these shapes; keys are left out of what is given back. */
async function read<Stored>(table: Table, key: Key): Promise<Stored | undefined> {
  const item = await getItem(table, key);
  if (!item) return undefined;
  delete item['pk'];
  delete item['sk'];
  return item as Stored;
}

export const readSite = (sites: Table, siteId: string): Promise<Site | undefined> =>
  read(sites, siteRow(siteId));
export const readKey = (sites: Table, keyId: string): Promise<SiteKey | undefined> =>
  read(sites, keyRow(keyId));
/** The rows of a site's keys, as it lists them. */
export async function readKeys(sites: Table, keyIds: readonly string[]): Promise<SiteKey[]> {
  const keys = await Promise.all(keyIds.map((keyId) => readKey(sites, keyId)));
  return keys.filter((key) => key !== undefined);
}
export const readController = (sites: Table, controllerId: string): Promise<Controller | undefined> =>
  read(sites, controllerRow(controllerId));
export const readEnrolment = (sites: Table, codeHash: string): Promise<Enrolment | undefined> =>
  read(sites, enrolmentRow(codeHash));

const putNew = (sites: Table, key: Key, stored: object): TransactionItem => ({
  Put: {
    TableName: sites.name,
    Item: { ...key, ...stored },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

export const putSite = (sites: Table, site: Site): TransactionItem =>
  putNew(sites, siteRow(site.siteId), site);
export const putKey = (sites: Table, key: SiteKey): TransactionItem => putNew(sites, keyRow(key.keyId), key);
export const putEnrolment = (sites: Table, codeHash: string, enrolment: Enrolment): TransactionItem =>
  putNew(sites, enrolmentRow(codeHash), enrolment);

/** The latest statement of a controller stands; its id is from the code that the vendor made for it. */
export const putController = (sites: Table, controller: Controller): TransactionItem => ({
  Put: { TableName: sites.name, Item: { ...controllerRow(controller.controllerId), ...controller } },
});

/** Uses a code up: of two at once, one wins. What the code is bound to must still be what was read. */
export const useEnrolment = (
  sites: Table,
  codeHash: string,
  { host, vendor, controllerId }: Enrolment,
  { siteId, at }: { siteId: string; at: string },
): TransactionItem => ({
  Update: {
    TableName: sites.name,
    Key: enrolmentRow(codeHash),
    UpdateExpression: 'SET usedAt = :at, siteId = :siteId',
    ConditionExpression:
      'attribute_not_exists(usedAt) AND expiresAt > :at AND host = :host AND vendor = :vendor AND controllerId = :controllerId',
    ExpressionAttributeValues: {
      ':at': at,
      ':siteId': siteId,
      ':host': host,
      ':vendor': vendor,
      ':controllerId': controllerId,
    },
  },
});

/** Changes which keys may sign, unless another change came in between. */
export const replaceKeyIds = (
  sites: Table,
  { siteId, keyIds, ledgerHead }: Site,
  after: { keyIds: string[]; ledgerHead: LedgerHead },
): TransactionItem => ({
  Update: {
    TableName: sites.name,
    Key: siteRow(siteId),
    UpdateExpression: 'SET keyIds = :keyIds, ledgerHead = :head',
    ConditionExpression: 'keyIds = :keyIdsBefore AND ledgerHead = :headBefore',
    ExpressionAttributeValues: {
      ':keyIds': after.keyIds,
      ':head': after.ledgerHead,
      ':keyIdsBefore': keyIds,
      ':headBefore': ledgerHead,
    },
  },
});

export const markRevoked = (sites: Table, keyId: string, siteId: string, at: string): TransactionItem => ({
  Update: {
    TableName: sites.name,
    Key: keyRow(keyId),
    UpdateExpression: 'SET #state = :revoked, revokedAt = :at',
    ConditionExpression: 'siteId = :siteId AND #state = :live',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':revoked': 'revoked', ':live': 'live', ':at': at, ':siteId': siteId },
  },
});
