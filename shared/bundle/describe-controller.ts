import type { Table } from '#shared/aws/table.ts';
import { readController } from '#shared/sites/site-store.ts';
import type { ControllerFacts } from './bundle-content.ts';

/** A controller as the answer to the person names it: its own statement at enrolment, its own words where it gave any. */
export async function describeController(
  sites: Table,
  controllerId: string,
): Promise<ControllerFacts | undefined> {
  const controller = await readController(sites, controllerId);
  if (!controller) return undefined;
  const { name, contactEmail: contact, country, vendor, information } = controller;
  const words = {
    ...(information?.recipients.length ? { recipients: information.recipients.join('\n') } : {}),
    ...(information?.transfers === undefined ? {} : { transfers: information.transfers }),
    ...(information?.automatedDecisions === undefined
      ? {}
      : { automatedDecisions: information.automatedDecisions }),
    ...(information?.supervisoryAuthority === undefined
      ? {}
      : { complaint: information.supervisoryAuthority }),
  };
  return { controllerId, name, contact, country, kind: vendor ? 'vendor' : 'site', information: words };
}
