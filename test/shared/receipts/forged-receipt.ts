/** A signed receipt, and what a forger or the issuer himself could make of it. */
import { sign as signWithNode } from 'node:crypto';
import canonicalize from 'canonicalize';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { exampleContent, iat, key, signReceipt } from './example-receipt.ts';

export const content = exampleContent();
export const statement = receiptStatement(content);
export const jws = await signReceipt(content);
export const [header = '', payload = '', signature = ''] = jws.split('.');

export const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
export const reencode = (value: object, sign = signature): string =>
  `${header}.${encode(canonicalize(value) ?? '')}.${sign}`;
/** What the vendor's own key signs, whatever it is. */
export const forge = (
  text: string,
  head: object = { alg: 'ES256', kid: key.kid, typ: statement.typ, iat },
): string => {
  const input = `${encode(JSON.stringify(head))}.${encode(text)}`;
  const dsa = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${signWithNode('sha256', Buffer.from(input), dsa).toString('base64url')}`;
};
export const signed = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<
  string,
  unknown
>;
