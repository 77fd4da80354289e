import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.ts';
import { isAlive } from './processes.ts';
import { findPython } from './python.ts';

const requirements = path.join(import.meta.dirname, 'python/requirements.txt');
const installDeadlineMs = 300_000;

/**
 * The engine's Python, with exactly the pinned packages; made on the first run, and anew when the pins or the machine's
 * Python change. Several starts may come at once: each builds its own and the first to finish is kept.
 * @param directory where it stays, kept between runs
 * @returns the path of its `python`
 */
export async function ensureVenv(directory: string, env: NodeJS.ProcessEnv): Promise<string> {
  const python = await findPython(env);
  const wanted = createHash('sha256')
    .update(`${readFileSync(requirements, 'utf8')}\n${python.version}\n${python.executable}`)
    .digest('hex');
  const executable = path.join(directory, 'bin/python');
  if (stampOf(directory) === wanted && existsSync(executable)) return executable;

  mkdirSync(path.dirname(directory), { recursive: true });
  removeAbandoned(directory);
  const building = `${directory}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const logFile = `${directory}.log`;
  const step = { env, cwd: path.dirname(directory), logFile, deadlineMs: installDeadlineMs };
  const pip = [
    '-m',
    'pip',
    'install',
    '--require-hashes',
    '--disable-pip-version-check',
    '--no-input',
    '-r',
    requirements,
  ];
  await runCommand({
    ...step,
    title: 'Making the Python environment',
    file: python.executable,
    args: ['-m', 'venv', '--clear', building],
  });
  await runCommand({
    ...step,
    title: 'Installing the AWS engine',
    file: path.join(building, 'bin/python'),
    args: pip,
  });
  writeFileSync(path.join(building, 'stamp'), wanted);
  keepFirst(building, directory, wanted);
  return executable;
}

function stampOf(directory: string): string | undefined {
  const file = path.join(directory, 'stamp');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Puts the finished environment in its place, unless another start has put the same there meanwhile. */
function keepFirst(building: string, directory: string, wanted: string): void {
  if (stampOf(directory) === wanted) {
    rmSync(building, { recursive: true });
    return;
  }
  const outdated = `${building}-outdated`;
  if (existsSync(directory)) renameSync(directory, outdated);
  renameSync(building, directory);
  rmSync(outdated, { recursive: true, force: true });
}

/** Half-built environments of starts that were killed. */
function removeAbandoned(directory: string): void {
  const prefix = `${path.basename(directory)}-`;
  for (const name of readdirSync(path.dirname(directory))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length)))) continue;
    rmSync(path.join(path.dirname(directory), name), { recursive: true, force: true });
  }
}
