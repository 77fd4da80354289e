import { getItem, type Key, type Table } from '#shared/aws/table.ts';
import { keyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { secondIdentifier, type SecondIdentifier } from '#shared/requests/second-identifier.ts';
import { normaliseDigits } from './code.ts';
import { keepCode, matchCode } from './code-store.ts';

/** Beside the code of the first identifier: neither voids the other, nor uses up its tries. */
export const secondCodeRow = (requestId: string): Key => requestKey(requestId, 'CODE#second');

/** Bound to the request and to the identifier that it was sent to: it proves neither another request nor another number. */
const macOf = (
  key: MacKey,
  requestId: string,
  { kind, hash }: SecondIdentifier,
  code: string,
): Promise<string> => keyedHash(key, 'second-code', requestId, kind, hash, code);

export async function keepSecondCode(
  requests: Table,
  key: MacKey,
  requestId: string,
  second: SecondIdentifier,
  { code, now }: { code: string; now: Date },
): Promise<void> {
  const { kind, hash } = second;
  const mac = await macOf(key, requestId, second, code);
  await keepCode(requests, secondCodeRow(requestId), mac, now, { kind, hash });
}

/** The identifier that the typed code was sent to, and the MAC to use it up by. A try is gone before the comparison. */
export async function matchSecondCode(
  requests: Table,
  key: MacKey,
  requestId: string,
  typed: { code: string; now: Date },
): Promise<{ second: SecondIdentifier; mac: string } | undefined> {
  const row = secondCodeRow(requestId);
  const item = await getItem(requests, row);
  if (!item) return undefined;
  const second = secondIdentifier.parse(item);
  const mac = await matchCode(
    requests,
    row,
    typed,
    (code) => macOf(key, requestId, second, code),
    normaliseDigits,
  );
  return mac === undefined ? undefined : { second, mac };
}
