import { createHash } from 'node:crypto';
import { parse, signerOf, type PublicKey } from './jws.ts';
import {
  placesOf,
  receiptContent,
  type DatasetCounts,
  type ReceiptContent,
  type ReceiptPlace,
} from './receipt.ts';

const statement = {
  typ: 'data-rights-receipt+jwt',
  about: 'an erasure',
  many: 'receipts',
  signed: 'what it says',
};

export type ReadReceipt =
  { readonly content: ReceiptContent; readonly fingerprint: string } | { readonly fault: string };

/** A receipt, a JWS in compact form, if one of these keys signed it as one. Nothing of any other may be believed. */
export function readReceipt(jws: string, keys: readonly PublicKey[]): ReadReceipt {
  const [head, payload, signature, ...rest] = jws.split('.');
  if (head === undefined || payload === undefined || signature === undefined || rest.length > 0)
    return { fault: 'not a JWS in compact form' };
  const signer = signerOf([head, payload, signature], keys, statement);
  if ('fault' in signer) return signer;
  const { success, data } = receiptContent.safeParse(parse(payload));
  return success ? { content: data, ...signer } : { fault: 'not of the form that a receipt has' };
}

/** What does not add up in a receipt, by controller and dataset: docs/evidence.md, What a receipt proves. */
export function faultsOfReceipt(content: ReceiptContent): string[] {
  const listed = new Set(content.remainingCopies.map(({ what }) => what));
  const erased = placesOf(content).some(({ outcome }) => outcome === 'erased');
  const missing = erased ? ['keys', 'ciphertext'].filter((what) => !listed.has(what)) : [];
  return [
    ...placesOf(content).flatMap((place) => [
      ...faultsOfPlace(place, content),
      ...place.datasets.flatMap((row) => faultsOfCounts(row, place)),
    ]),
    ...missing.map((what) => `remaining copies: ${what} not listed`),
  ];
}

type Named = ReceiptPlace & { readonly name: string };

function faultsOfPlace(
  { name, outcome, assurance, keysDestroyedAt, reason }: Named,
  { receivedAt, concludedAt }: ReceiptContent,
): string[] {
  const isInTime =
    keysDestroyedAt !== undefined &&
    Date.parse(receivedAt) <= Date.parse(keysDestroyedAt) &&
    Date.parse(keysDestroyedAt) <= Date.parse(concludedAt);
  return [
    ...(outcome === 'erased' && !isInTime ? [`${name}: no key destroyed between receipt and end`] : []),
    ...(outcome === 'withheld' && reason === undefined ? [`${name}: left whole without a reason`] : []),
    ...(assurance === 'vendor-scanned' ? [] : [`${name}: nobody looked again`]),
  ];
}

function faultsOfCounts(row: DatasetCounts, { name, outcome }: Named): string[] {
  const { dataset, found, erased, retained, residual, exception, reviewAt } = row;
  const where = `${name}, ${dataset}`;
  return [
    ...(found === erased + retained + residual ? [] : [`${where}: the sum differs`]),
    ...(residual > 0 && outcome !== 'withheld' ? [`${where}: something is left`] : []),
    ...(erased > 0 && outcome !== 'erased' ? [`${where}: erased without its keys`] : []),
    ...(retained > 0 && (exception === undefined || reviewAt === undefined)
      ? [`${where}: kept without exception and review date`]
      : []),
  ];
}

/** Whether a receipt is about the data of this address. Nobody can tell without the salt. */
export function isAbout({ subject }: ReceiptContent, salt: string, email: string): boolean {
  const address = email
    .trim()
    .normalize('NFC')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return createHash('sha256').update(`${salt}\0email\0${address}`).digest('base64url') === subject.hash;
}
