import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import type { SiteAuthKey } from '#shared/sites/site-secret.ts';

export type Wiring = SiteAuthKey & {
  readonly sites: Table;
  readonly ledger: Table;
  readonly ephemeral: Table;
  readonly vendorKeys: () => Promise<SigningJwks>;
  readonly mail: { readonly sqs: SQSClient; readonly url: string };
  readonly verify: Callee;
};
