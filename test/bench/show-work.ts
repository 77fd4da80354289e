import type { Measure } from './fresh-process.ts';
import { goals, largest, verdict } from './goals.ts';
import { table } from './report.ts';
import { workThrough, type Work, type WorkPlace } from './work.ts';

const sizes = [10, 1_000, 10_000, largest];

/** Access to, and proved erasure of, profiles of growing size: the same profile for both. */
export async function showWork(measure: Measure, { world, deployment, database }: WorkPlace): Promise<void> {
  console.log(`
Access and proved erasure of one profile, records of 300 bytes
The machines of the template, without the waits (cooling-off, end of running functions). Each function runs in a fresh
process of its own, its code loaded before the clock starts; seconds are theirs together, memory is that of the one that
took most, code included, with the heap limits that Node sets at 1,769 MB. DynamoDB is dynoxide; KMS and S3 are the engine.`);
  const rows: string[][] = [];
  const beside: string[] = [];
  const slowest = new Map<string, Work>();
  for (const records of sizes) {
    const profile = await measure('seed', { world, records });
    const alone = records === largest ? await measure('plain', { world, profile }) : undefined;
    for (const kind of ['access', 'erasure'] as const) {
      const work = await workThrough(measure, { world, deployment, database, profile }, kind);
      rows.push(rowOf(kind, records, work));
      slowest.set(kind, work);
    }
    if (alone)
      beside.push(
        `Beside it, ${String(records)} rows and the SDK alone: to read them ${alone.read.toFixed(2)} s, to delete them ${alone.deleted.toFixed(2)} s`,
      );
  }
  console.log(table(['', 'records', 'seconds', 'processor s', 'MB', 'goals'], rows).join('\n'));
  for (const [kind, { steps }] of slowest)
    console.log(
      `${kind} of ${String(largest)} by step (in brackets, seconds that the database itself worked): ${describe(steps)}`,
    );
  console.log(beside.join('\n'));
}

function rowOf(kind: 'access' | 'erasure', records: number, work: Work): string[] {
  const { seconds, processorSeconds, peakMegabytes } = work;
  const goal = kind === 'access' ? goals.accessSeconds : goals.erasureSeconds;
  const held =
    records === largest
      ? `${goal} s ${verdict(seconds, goal)}, ${goals.megabytes} MB ${verdict(peakMegabytes, goals.megabytes)}`
      : '';
  const figures = [seconds.toFixed(2), processorSeconds.toFixed(2), peakMegabytes.toFixed(0)];
  return [kind, records.toLocaleString('en-US'), ...figures, held];
}

const describe = (steps: Work['steps']): string =>
  [...steps]
    .map(([step, { seconds, database }]) => `${step} ${seconds.toFixed(2)} s (${database.toFixed(2)})`)
    .join(', ');
