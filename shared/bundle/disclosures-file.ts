import type { BundleContent, RecordFile } from './bundle-content.ts';
import { bundleTexts } from './texts.ts';
import { jsonListFile } from './json-list-file.ts';
import { rememberNames } from './name-recipient.ts';
import { recordsOf } from './record-lines.ts';

/**
 * `data/disclosures.json`: what was given to whom on which of the grounds D1 to D5 and which legal basis (P02), and each
 * read with date and purpose (P14). A recipient that was kept by its id is named, and its id stands beside it.
 */
export function disclosuresFile(
  content: BundleContent,
  files: readonly RecordFile[],
): AsyncGenerator<Buffer> {
  const { grounds } = bundleTexts[content.request.language];
  return jsonListFile({ grounds }, 'records', disclosures(content, files));
}

async function* disclosures(
  { nameRecipient }: BundleContent,
  files: readonly RecordFile[],
): AsyncGenerator<object[]> {
  const nameOf = rememberNames(nameRecipient ?? (() => Promise.resolve(undefined)));
  for (const file of files) {
    for await (const page of recordsOf(file)) {
      const names = await Promise.all(page.map(({ data }) => nameOf(String(data['recipient']))));
      yield page.map(({ recordId, data }, index) => ({
        recordId,
        controllerId: file.controllerId,
        kind: data['kind'] ?? 'disclosure',
        at: data['at'],
        recipient: names[index] ?? data['recipient'],
        recipientId: names[index] === undefined ? undefined : data['recipient'],
        reader: data['reader'],
        purpose: data['purpose'],
        datasets: data['datasets'],
        ground: data['ground'],
        basis: data['basis'],
        transferTool: data['transferTool'],
      }));
    }
  }
}
