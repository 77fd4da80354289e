import type { BundleContent, RecordFile } from './bundle-content.ts';
import { bundleTexts } from './texts.ts';
import { jsonListFile } from './json-list-file.ts';
import { countedPages } from './record-lines.ts';

/**
 * `data/disclosures.json`: what was given to whom on which of the grounds D1 to D5 and which legal basis (P02), and each
 * read with date and purpose (P14).
 */
export function disclosuresFile(
  content: BundleContent,
  files: readonly RecordFile[],
): AsyncGenerator<Buffer> {
  const { grounds } = bundleTexts[content.request.language];
  return jsonListFile({ grounds }, 'records', disclosures(content, files));
}

async function* disclosures(
  { request }: BundleContent,
  files: readonly RecordFile[],
): AsyncGenerator<object[]> {
  for (const file of files) {
    for await (const page of countedPages(file, request.right)) {
      yield page.map(({ recordId, data }) => ({
        recordId,
        controllerId: file.controllerId,
        kind: data['kind'] ?? 'disclosure',
        at: data['at'],
        recipient: data['recipient'],
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
