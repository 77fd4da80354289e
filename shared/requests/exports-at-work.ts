import type { Table } from '#shared/aws/table.ts';
import { coveringRequests } from '#shared/retention/covering-requests.ts';
import { readRequest } from './request-store.ts';
import { isExport } from './states.ts';

/** Thrown while an export of the same profile is at work: it has the first turn (race 6). It goes by itself. */
export class ExportAtWork extends Error {
  override readonly name = 'ExportAtWork';
}

/**
 * Once a profile is taken for an erasure no export of it can begin; those that have begun end first.
 * @throws ExportAtWork
 */
export async function requireNoExport(
  stores: { readonly requests: Table; readonly directory: Table },
  profileId: string,
): Promise<void> {
  for await (const requestIds of coveringRequests(stores.directory, profileId)) {
    for (const requestId of requestIds) {
      const request = await readRequest(stores, requestId);
      if (request?.state === 'in-progress' && isExport(request.right))
        throw new ExportAtWork(`request ${requestId} exports profile ${profileId}`);
    }
  }
}
