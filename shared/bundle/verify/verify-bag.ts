import { signatureFiles } from '../signature-folder.ts';
import type { Archive } from './archive.ts';
import { ArchiveRefused } from './archive-refused.ts';
import type { BundleProblem } from './bundle-problem.ts';
import { bagInfoValue, parseManifest } from './manifest-file.ts';

export const tagManifestFile = 'tagmanifest-sha512.txt';
const manifestFile = 'manifest-sha512.txt';
const infoFile = 'bag-info.txt';
/** What a bag of ours has beside `data/`, all named by the tag manifest. */
const tagFiles = ['bagit.txt', infoFile, manifestFile, signatureFiles.readme];
/** What cannot be named by it: itself, and what the signing of it made. */
const unlisted = new Set<string>([tagManifestFile, signatureFiles.jws, signatureFiles.key]);
const payload = 'data/';

/** Manifests name each file in some 200 bytes. */
export const mostManifestBytes = 16 * 1024 * 1024;

/**
 * Whether the bag is complete and valid (RFC 8493, section 3): each listed file is there and unchanged, and no other file
 * is. Each file that fails is named.
 */
export async function verifyBag(archive: Archive): Promise<BundleProblem[]> {
  const tags = await readManifest(archive, tagManifestFile);
  const files = await readManifest(archive, manifestFile);
  return [
    ...tags.problems,
    ...files.problems,
    ...tagFiles.filter((file) => !tags.hashes.has(file)).map((file) => problemOf(file, 'missing', archive)),
    ...(await checkFiles(archive, tags.hashes, (path) => !path.startsWith(payload) && !unlisted.has(path))),
    ...(await checkFiles(archive, files.hashes, (path) => path.startsWith(payload))),
    ...(await checkOxum(archive)),
  ];
}

/** A required file that the tag manifest leaves out is missing, or there without anybody having signed it. */
const problemOf = (file: string, problem: 'missing', archive: Archive): BundleProblem => ({
  file,
  problem: archive.sizes.has(file) ? 'extra' : problem,
});

type Manifest = { readonly hashes: ReadonlyMap<string, string>; readonly problems: readonly BundleProblem[] };

async function readManifest(archive: Archive, file: string): Promise<Manifest> {
  const none = new Map<string, string>();
  if (!archive.sizes.has(file)) return { hashes: none, problems: [{ file, problem: 'missing' }] };
  const hashes = parseManifest((await archive.read(file, mostManifestBytes)).toString('utf8'));
  return { hashes: hashes ?? none, problems: hashes ? [] : [{ file, problem: 'malformed' }] };
}

/** Compares the files in a part of the bag with a list of hashes, one file after another. */
async function checkFiles(
  archive: Archive,
  hashes: ReadonlyMap<string, string>,
  isInPart: (path: string) => boolean,
): Promise<BundleProblem[]> {
  const problems: BundleProblem[] = [];
  for (const [file, hash] of hashes) {
    const problem = await checkFile(archive, file, hash);
    if (problem) problems.push({ file, problem });
  }
  const extra = [...archive.sizes.keys()].filter((path) => isInPart(path) && !hashes.has(path));
  return [...problems, ...extra.map((file) => ({ file, problem: 'extra' }) as const)];
}

async function checkFile(
  archive: Archive,
  file: string,
  hash: string,
): Promise<BundleProblem['problem'] | undefined> {
  if (!archive.sizes.has(file)) return 'missing';
  try {
    return (await archive.hash(file)) === hash ? undefined : 'changed';
  } catch (error) {
    if (error instanceof ArchiveRefused) return error.reason;
    throw error;
  }
}

/** Payload-Oxum: octets and files of the payload, as `bag-info.txt` says and as the ZIP holds. */
async function checkOxum(archive: Archive): Promise<BundleProblem[]> {
  if (!archive.sizes.has(infoFile)) return [];
  const sizes = [...archive.sizes].filter(([path]) => path.startsWith(payload)).map(([, size]) => size);
  const oxum = `${sizes.reduce((sum, size) => sum + size, 0)}.${sizes.length}`;
  const stated = bagInfoValue(
    (await archive.read(infoFile, mostManifestBytes)).toString('utf8'),
    'Payload-Oxum',
  );
  return stated === oxum ? [] : [{ file: infoFile, problem: 'sizes-differ' }];
}
