import { askForLink, download, type Proven } from './person.ts';
import type { Answered, TestSite } from './site.ts';
import { readZip } from './zip.ts';

/** A downloaded bundle: the archive, and its files by their path within the bag. */
export type ReadBundle = {
  zip: Buffer;
  paths: string[];
  text: (path: string) => string;
  json: (path: string) => unknown;
  /** The data of each record of a dataset, of one controller or of all. */
  records: (dataset: string, controllerId?: string) => Record<string, unknown>[];
};

export const fetchBundle = async (request: Proven): Promise<ReadBundle> =>
  fetchByLink(await askForLink(request));

export const fetchBundleAsSite = async (site: TestSite, requestId: string): Promise<ReadBundle> =>
  fetchByLink(await site.call('POST', `/v1/requests/${requestId}/downloads`, {}));

async function fetchByLink({ status, body }: Answered): Promise<ReadBundle> {
  if (status !== 201) throw new Error(`the link was answered with ${status}`);
  return readBundle(await download((body as { url: string }).url));
}

async function readBundle(zip: Buffer): Promise<ReadBundle> {
  const entries = [...(await readZip(zip))];
  const files = new Map(entries.map(([name, content]) => [name.slice(name.indexOf('/') + 1), content]));
  const text = (path: string): string => {
    const content = files.get(path);
    if (!content) throw new Error(`the bundle has no ${path}`);
    return content.toString('utf8');
  };
  const records: ReadBundle['records'] = (dataset, controllerId = '') =>
    [...files.keys()]
      .filter((path) => path.includes(controllerId) && path.endsWith(`/${dataset}.jsonl`))
      .flatMap((path) => text(path).trimEnd().split('\n'))
      .map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data);
  return { zip, paths: [...files.keys()], text, json: (path) => JSON.parse(text(path)) as unknown, records };
}
