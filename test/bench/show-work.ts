import type { WorldNames } from '#test/support/vault-world.ts';
import type { Deployment } from './deployed/deployment.ts';
import type { Measure, Measured } from './fresh-process.ts';
import { goals, largest, verdict } from './goals.ts';
import type { Work } from './measured/work.ts';
import { table } from './report.ts';

const sizes = [10, 1_000, 10_000, largest];

/** Access to, and proved erasure of, profiles of growing size: each in a process of its own, the same profile for both. */
export async function showWork(
  measure: Measure,
  { world, deployment }: { world: WorldNames; deployment: Deployment },
): Promise<void> {
  console.log(`
Access and proved erasure of one profile, records of 300 bytes
The machines of the template with the functions' own handlers, in one fresh process each, without the waits (cooling-off,
end of running functions). Memory is the peak of that process, code included, with the heap limits that Node sets at
1,769 MB. DynamoDB is dynoxide; KMS and S3 are the local engine.`);
  const rows: string[][] = [];
  const slowest = new Map<string, Measured<Work>>();
  for (const records of sizes) {
    const profile = await measure('seed', { world, records });
    for (const kind of ['access', 'erasure'] as const) {
      const work = await measure(kind, { world, deployment, profile });
      rows.push(rowOf(kind, records, work));
      slowest.set(kind, work);
    }
  }
  console.log(table(['', 'records', 'seconds', 'processor s', 'MB', 'goals'], rows).join('\n'));
  for (const [kind, { steps }] of slowest)
    console.log(`${kind} of ${String(largest)} by step: ${describe(steps)}`);
}

function rowOf(kind: 'access' | 'erasure', records: number, work: Measured<Work>): string[] {
  const { seconds, processorSeconds, peakMegabytes } = work;
  const goal = kind === 'access' ? goals.accessSeconds : goals.erasureSeconds;
  const held =
    records === largest
      ? `${goal} s ${verdict(seconds, goal)}, ${goals.megabytes} MB ${verdict(peakMegabytes, goals.megabytes)}`
      : '';
  const figures = [seconds.toFixed(2), processorSeconds.toFixed(2), peakMegabytes.toFixed(0)];
  return [kind, records.toLocaleString('en-US'), ...figures, held];
}

const describe = (steps: Readonly<Record<string, number>>): string =>
  Object.entries(steps)
    .map(([step, seconds]) => `${step} ${seconds.toFixed(2)} s`)
    .join(', ');
