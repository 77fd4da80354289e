import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for every program that asks. */
const ticksPerSecond = 100;

/** Seconds of the processor that another process has used so far; NaN where the system does not tell (proc(5), `stat`). */
export function processorSecondsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name of the program stands in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}
