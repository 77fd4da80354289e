import type { Account } from '../../account.ts';
import { sha256 } from '../../row-digests.ts';

/** The tables in which one of these wrapped keys lies, looked for by its SHA-256 in every attribute of bytes. */
export async function findWrapped(account: Account, digests: readonly string[]): Promise<string[]> {
  const tables: string[] = [];
  for (const table of account.tables) {
    const values = (await account.rowsOf(table)).flatMap((row) => Object.values(row));
    if (values.some((value) => value instanceof Uint8Array && digests.includes(sha256(value))))
      tables.push(table);
  }
  return tables;
}
