import path from 'node:path';
import * as z from 'zod';
import { readBag, type Bag } from './bag.ts';
import { treeOf } from './bag-tree.ts';
import { faultsOf, signerOfBag } from './check-bag.ts';
import { download } from './download.ts';
import { bodyOf, type Answer } from './http.ts';
import { fetchKeys } from './published-keys.ts';
import type { Stage } from './stage.ts';

const link = z.object({ url: z.string(), expiresAt: z.string(), linksLeft: z.number() });

/** Asks for a link, fetches the bundle by it, and checks it as anybody could. */
export async function fetchBundle(
  stage: Stage,
  name: string,
  call: string,
  askForLink: () => Promise<Answer>,
): Promise<Bag> {
  const { show, caFile, bundleFolder } = stage;
  const answer = await askForLink();
  const { url, expiresAt, linksLeft } = bodyOf(call, answer, 201, link);
  const seconds = Math.round((Date.parse(expiresAt) - Date.now()) / 1000);
  show.exchange(call, '', answer, `a link for ${seconds} s, ${linksLeft} more to be had`);
  show.holds('links are short-lived', seconds > 0 && seconds <= 300, seconds);
  const file = path.join(bundleFolder, `${name}.zip`);
  const bytes = await show.wait('Downloading', () => download(url, caFile, file));
  const { protocol } = new URL(url);
  show.exchange(
    'GET (the link)',
    `over ${protocol.slice(0, -1).toUpperCase()}`,
    { status: 200 },
    `${bytes} bytes`,
  );
  show.holds('the link is HTTPS', protocol === 'https:', protocol);
  const bag = await readBag(file);
  await checkBundle(stage, bag);
  return bag;
}

async function checkBundle(stage: Stage, bag: Bag): Promise<void> {
  const { show } = stage;
  const known = await fetchKeys(stage);
  const faults = faultsOf(bag);
  show.holds(
    `the bag is complete, and each of its ${bag.files.size} files is as listed (SHA-512)`,
    faults.length === 0,
    faults,
  );
  const signer = signerOfBag(bag, known);
  const fingerprint = 'fingerprint' in signer ? signer.fingerprint : '';
  show.holds(`its list is signed by the service’s key ${fingerprint}`, fingerprint !== '', signer);
}

/** The bag as a tree, with the controllers' names behind their ids and the number of records behind each file. */
export function showTree({ show }: Stage, bag: Bag, names: ReadonlyMap<string, string>): void {
  const note = (file: string): string => {
    const controller = /^data\/records\/vault\/([^/]+)\/$/.exec(file)?.[1];
    if (controller !== undefined) return `(${names.get(controller) ?? 'unknown'})`;
    if (!file.endsWith('.jsonl')) return '';
    const lines = (bag.files.get(file)?.toString('utf8') ?? '').split('\n').length - 1;
    return `(${lines} ${lines === 1 ? 'record' : 'records'})`;
  };
  show.quiet(...treeOf(bag.folder, bag.files.keys(), note));
}
