import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { account, credential, securityQuestion } from './datasets/account.ts';
import { billing, licence, marketingPreference, supportCase } from './datasets/customer.ts';
import { consent, disclosure } from './datasets/evidence.ts';
import { device, otpMessage } from './datasets/sign-in.ts';
import type { DatasetDeclaration } from './dataset.ts';
import { recipients } from './recipient.ts';

const declarations = {
  account,
  credential,
  'security-question': securityQuestion,
  device,
  'otp-message': otpMessage,
  licence,
  billing,
  'support-case': supportCase,
  'marketing-preference': marketingPreference,
  consent,
  disclosure,
} satisfies Record<string, DatasetDeclaration>;

export type DatasetName = keyof typeof declarations;
export type Dataset = DatasetDeclaration & { readonly name: DatasetName };

const names = Object.keys(declarations) as DatasetName[];

/** The data map: every kind of data that may be stored (P01, P15, G01). An adopter changes this, not the code. */
export const dataMap = Object.fromEntries(
  names.map((name): [DatasetName, Dataset] => [name, { ...declarations[name], name }]),
) as Readonly<Record<DatasetName, Dataset>>;

/** The dataset of that name, or nothing: names come from callers. */
export function findDataset(name: string): Dataset | undefined {
  return Object.hasOwn(dataMap, name) ? dataMap[name as DatasetName] : undefined;
}

/** Says under which map something was decided; plans, receipts and bundles carry it. */
export const dataMapVersion = digestOf({ declarations, recipients });

function digestOf(map: object): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(map) ?? '')
    .digest('hex')}`;
}
