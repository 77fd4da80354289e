import type { Writable } from 'node:stream';
import { dataMap } from '#shared/data-map/data-map.ts';
import { exportJsonSchema } from '#shared/data-map/export-schema.ts';
import { bagDeclaration, bagFolder, bagInfo, manifest } from './bag-info.ts';
import { recordsPath, safeSegment } from './bag-path.ts';
import { openBag, type BagFile, type BagWriter, type FileContent } from './bag-writer.ts';
import type { BundleContent, RecordFile } from './bundle-content.ts';
import { consentsFile } from './consents-file.ts';
import { dataPackage } from './datapackage.ts';
import { disclosuresFile } from './disclosures-file.ts';
import { indexPage } from './index-page.ts';
import { informationOf } from './information.ts';
import { informationPage } from './information-page.ts';
import { csvFile, jsonLinesFile } from './record-lines.ts';
import { hasOwnFile } from './record-text.ts';
import { sumRedactions } from './redaction.ts';
import { redactionTexts } from './texts.ts';
import { keyFile, signatureFiles, signatureReadme, type PublicJwk } from './signature-folder.ts';

/** Thrown for a content that makes no bundle: a file twice, or of a controller that is not described. */
export class BundleContentInvalid extends Error {
  override readonly name = 'BundleContentInvalid';
}

/** Signs the tag manifest; answers a detached JWS of typ `data-rights-bundle+jws` and the key that made it. */
export type SignManifest = (
  tagManifest: Buffer,
) => Promise<{ readonly jws: string; readonly jwk: PublicJwk }>;

/**
 * Streams a bundle to `output`: one ZIP of one BagIt bag (`docs/bundle-format.md`). Memory does not grow with the number
 * of records: a page at a time, of one file at a time, no faster than `output` takes it. When anything fails, `output`
 * is destroyed and nothing signed.
 *
 * @returns bytes of the ZIP and files in it
 * @throws BundleContentInvalid, PathUnsafe, RecordCountDiffers, and what sources and `sign` throw
 */
export async function writeBundle(
  content: BundleContent,
  output: Writable,
  sign: SignManifest,
): Promise<{ bytes: number; files: number }> {
  const bag = openBag(output, bagFolder(content), new Date(content.createdAt));
  try {
    safeSegment(bagFolder(content));
    const payload = await writePayload(bag, { ...content, redactions: sumRedactions(content.redactions) });
    await writeTags(bag, content, payload, sign);
    return await bag.finish();
  } catch (error) {
    await bag.abort(error);
    throw error;
  }
}

async function writePayload(bag: BagWriter, content: BundleContent): Promise<readonly BagFile[]> {
  const files = planPayload(content);
  const written = new Map<string, BagFile>();
  for (const [path, file] of files) written.set(path, await bag.add(path, file));
  // Last, because it names the sizes and hashes of the others.
  const resources = recordFilesOf(content).flatMap((records) => {
    const file = written.get(`${pathOf(records)}.csv`);
    return file ? [{ file, records }] : [];
  });
  const description = await bag.add('data/datapackage.json', json(dataPackage(content, resources)));
  return [...written.values(), description];
}

async function writeTags(
  bag: BagWriter,
  content: BundleContent,
  payload: readonly BagFile[],
  sign: SignManifest,
): Promise<void> {
  const tags = [
    await bag.add('bag-info.txt', bagInfo(content, payload)),
    await bag.add('bagit.txt', bagDeclaration),
    await bag.add('manifest-sha512.txt', manifest(payload)),
    await bag.add(signatureFiles.readme, signatureReadme(content)),
  ];
  const tagManifest = manifest(tags);
  await bag.add('tagmanifest-sha512.txt', tagManifest);
  const { jws, jwk } = await sign(Buffer.from(tagManifest));
  await bag.add(signatureFiles.key, keyFile(jwk));
  await bag.add(signatureFiles.jws, jws);
}

/** Every file under `data/` but the data package, sorted by code unit. */
function planPayload(content: BundleContent): readonly [path: string, FileContent][] {
  const { request, createdAt, number, of, dataMapVersion, redactions, erasures } = content;
  const recordFiles = recordFilesOf(content);
  const plan = new Map<string, FileContent>();
  const put = (path: string, file: FileContent): void => {
    if (plan.has(path)) throw new BundleContentInvalid('a file of the bundle stands in it twice');
    plan.set(path, file);
  };

  for (const file of content.files) assertDescribed(content, file);
  for (const file of recordFiles) {
    put(`${pathOf(file)}.jsonl`, () => jsonLinesFile(file));
    put(`${pathOf(file)}.csv`, () => csvFile(file, request.right));
  }
  for (const name of new Set(recordFiles.map(({ dataset }) => dataset))) {
    const schema = exportJsonSchema(dataMap[name], request.right, request.language);
    put(`data/schemas/${safeSegment(name)}.schema.json`, json(schema));
  }
  if (request.right === 'access') {
    const information = informationOf(content);
    put(
      'data/information.json',
      json({ language: request.language, dataMapVersion, controllers: information }),
    );
    put('data/information.html', informationPage(information, request.language));
  }
  const consents = content.files.filter(({ dataset }) => dataset === 'consent');
  const disclosures = content.files.filter(({ dataset }) => dataset === 'disclosure');
  if (request.right === 'access' || consents.length > 0) {
    put('data/consents.json', () => consentsFile(content, consents));
  }
  if (request.right === 'access' || disclosures.length > 0) {
    put('data/disclosures.json', () => disclosuresFile(content, disclosures));
  }
  const reasons = redactions.map((one) => ({ ...one, text: redactionTexts[one.reason][request.language] }));
  put('data/redactions.json', json({ redactions: reasons }));
  const told = { ...request, erasures, bundle: { number, of, createdAt }, dataMapVersion };
  put('data/request.json', json(told));
  const others = [
    ...plan.keys(),
    'data/datapackage.json',
    ...(recordFiles.length > 0 ? ['data/schemas'] : []),
  ]
    .map((path) => path.slice('data/'.length))
    .filter((name) => !name.includes('/'));
  put('data/index.html', indexPage(content, recordFiles, others));
  return [...plan].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Consents and disclosures have files of their own; all else stands under `records/`, shown in the map's order. */
const recordFilesOf = ({ files }: BundleContent): readonly RecordFile[] =>
  Object.keys(dataMap)
    .flatMap((name) => files.filter(({ dataset }) => dataset === name && !hasOwnFile(dataset)))
    .toSorted((a, b) => (a.controllerId < b.controllerId ? -1 : Number(a.controllerId > b.controllerId)));

const pathOf = (file: RecordFile): string => recordsPath(file.place, file.controllerId, file.dataset);

function assertDescribed({ controllers }: BundleContent, file: RecordFile): void {
  if (controllers.some(({ controllerId }) => controllerId === file.controllerId)) return;
  throw new BundleContentInvalid('a file belongs to a controller that is not described');
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
