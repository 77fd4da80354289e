import { execFileSync } from 'node:child_process';
import { inject } from 'vitest';

/** Kills the engine's workers, each of which runs one deployed function. @returns how many there were */
export function killWorkers(): number {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  const workers = processes.flatMap((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return parent === inject('engine').pid && pid !== undefined && line.includes('node') ? [pid] : [];
  });
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  return workers.length;
}
