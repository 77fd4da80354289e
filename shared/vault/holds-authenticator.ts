import { partition, queryPages, type Table } from '#shared/aws/table.ts';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import type { DatasetDeclaration } from '#shared/data-map/dataset.ts';
import { readIdentifiers } from '#shared/profiles/identifier-store.ts';
import { withKey, type VaultKeys } from './open-keys.ts';
import { openPayload, parseRecordRow } from './record-store.ts';

/** Fields of a dataset by which somebody signs in, by name. */
const authenticators = ({ fields }: DatasetDeclaration): string[] =>
  Object.keys(fields).filter((name) => fields[name]?.authenticator === true);

/**
 * Whether a profile holds what lets its person sign in: a security question, a credential, a phone that passcodes go to
 * (A1). A stolen mailbox must not take it away. Datasets that have no such field are not read.
 */
export async function holdsAuthenticator(
  { records, directory, vault }: { records: Table; directory: Table; vault: VaultKeys },
  profileId: string,
): Promise<boolean> {
  const identifiers = await readIdentifiers(directory, profileId);
  if (identifiers.some(({ kind, status }) => kind === 'phone' && status === 'current')) return true;
  const found = await withKey(vault, `P#${profileId}`, 'ordinary', async ({ key }) => {
    for (const name of Object.keys(dataMap) as DatasetName[]) {
      if (await datasetHolds(records, profileId, name, key)) return true;
    }
    return false;
  });
  return found.status === 'open' && found.value;
}

async function datasetHolds(
  records: Table,
  profileId: string,
  name: DatasetName,
  key: Buffer,
): Promise<boolean> {
  const fields = authenticators(dataMap[name]);
  if (fields.length === 0 || dataMap[name].scope !== 'ordinary') return false;
  for await (const { items } of queryPages(records, partition(`P#${profileId}`, `${name}#`))) {
    const rows = items.map(parseRecordRow);
    if (rows.length > 0 && dataMap[name].levelToErase === 2) return true;
    // What a hold has put under the other key this one does not open.
    const isSet = rows.some((row) => {
      if (row.scope !== 'ordinary') return false;
      const { data } = openPayload(key, profileId, row);
      return fields.some((field) => data[field] !== undefined);
    });
    if (isSet) return true;
  }
  return false;
}
