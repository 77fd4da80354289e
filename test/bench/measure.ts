/** A process of one measurement: its input comes as a message, and so goes its result, with the memory that it took. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { measurements } from './measurements.ts';

/** On Linux `maxRSS` of a young process is that of the one which started it, so the kernel's own note of this one is read. */
function peakKibibytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}

const measure = measurements[process.argv[2] as keyof typeof measurements] as (
  input: unknown,
) => Promise<object>;
const [input] = (await once(process, 'message')) as [unknown];
try {
  const result = await measure(input);
  const peakMegabytes = (peakKibibytes() * 1_024) / 1e6;
  process.send?.({ ...result, peakMegabytes }, () => {
    process.disconnect();
  });
} catch (error) {
  // Not left to Node, which would show the line of the bundle: all of it.
  console.error(error);
  process.exit(1);
}
