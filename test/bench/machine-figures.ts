import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were made on. The load says whether something else was at work. */
export function machineFigures(dynoxide: string): string[] {
  const [cpu] = cpus();
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${availableParallelism()} cores ${cpu?.model.trim() ?? 'of an unknown kind'}, ${arch()}, ${gib} GiB, ${type()} ${release()}`,
    `Node ${process.version}, ${dynoxide}, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `load of the last minute at the start: ${(loadavg()[0] ?? 0).toFixed(2)} (other work makes every time longer)`,
  ];
}
