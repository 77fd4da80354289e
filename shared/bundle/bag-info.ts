import type { BagFile } from './bag-writer.ts';
import type { BundleContent } from './bundle-content.ts';

export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** The bag's folder in the ZIP (RFC 8493, 4.2: a bag is serialized from its parent, as one folder). */
export const bagFolder = ({ request, number, of }: BundleContent): string =>
  of === 1 ? `data-rights-${request.requestId}` : `data-rights-${request.requestId}-${number}-of-${of}`;

/** `bag-info.txt` (RFC 8493, 2.2.2). */
export function bagInfo(
  { issuer, request, createdAt, number, of }: BundleContent,
  payload: readonly BagFile[],
): string {
  const octets = payload.reduce((sum, { bytes }) => sum + bytes, 0);
  const identifier = `urn:uuid:${request.requestId}`;
  const rows: [label: string, value: string][] = [
    ['Source-Organization', issuer.name],
    ...(issuer.contact === undefined ? [] : [['Contact-Email', issuer.contact] as [string, string]]),
    ['External-Identifier', identifier],
    ['Bag-Group-Identifier', identifier],
    ['Bag-Count', `${number} of ${of}`],
    ['Bagging-Date', createdAt.slice(0, 'yyyy-mm-dd'.length)],
    ['Payload-Oxum', `${octets}.${payload.length}`],
  ];
  return rows.map(([label, value]) => `${label}: ${oneLine(value)}\n`).join('');
}

/** `manifest-sha512.txt` and `tagmanifest-sha512.txt`, in the form that `sha512sum -c` reads; sorted by code unit. */
export const manifest = (files: readonly BagFile[]): string =>
  files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha512 }) => `${sha512}  ${path}\n`)
    .join('');

/** A value with a line break would become a field of its own. */
const oneLine = (value: string): string => value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
