import type { WorldNames } from '#test/support/vault-world.ts';
import type { Measure } from './fresh-process.ts';
import { count, table, times } from './report.ts';

/** Rates of the parts, each beside a plain way of the same in the same process. */
export async function showRates(measure: Measure, { world }: { world: WorldNames }): Promise<void> {
  const stored = await measure('ingestion', { world });
  const cipher = await measure('encryption', {});
  const zip = await measure('bundle', {});
  console.log(`
Rates, one process; what follows "beside" is measured in the same process`);
  const rows = [
    ['records stored a second, one site after another', count(stored.one), ''],
    [
      'records stored a second, eight sites at once',
      count(stored.eight),
      `beside a bare PutItem of the same rows, eight at once: ${count(stored.plain)} (${times(stored.eight / stored.plain)})`,
    ],
    [
      'records of 300 bytes sealed a second',
      count(cipher.sealed),
      `beside AES-256-GCM alone: ${count(cipher.bare)} (${times(cipher.sealed / cipher.bare)})`,
    ],
    ['records of 300 bytes opened a second', count(cipher.opened), ''],
    ['records made ready to store a second', count(cipher.incoming), 'id, digest, JSON, sealed'],
    [
      'bundle, MB of files a second',
      count(zip.written),
      `beside SHA-512, CRC-32 and DEFLATE alone: ${count(zip.bare)} (${times(zip.written / zip.bare)}), of ${count(zip.megabytes)} MB`,
    ],
  ];
  console.log(table(['', 'rate', ''], rows).join('\n'));
}
