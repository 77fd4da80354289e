import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import * as z from 'zod';
import { StartFailure } from './failure.ts';
import { isAlive } from './processes.ts';

const ownerSchema = z.object({ pid: z.int().positive(), port: z.int().positive() });
const connectMs = 1_000;

/** What a state folder holds of a run: its own folder, and the file that tells clients where it is. */
export const statePlaces = (state: string) => ({
  run: path.join(state, 'run'),
  stackFile: path.join(state, 'stack.json'),
});

/**
 * Takes a state folder for this process, and deletes what a former run left there. A start that was killed leaves its claim
 * behind, which counts only while that process runs and its port answers.
 * @throws StartFailure when another start uses the folder
 */
export async function takeState(state: string, port: number): Promise<void> {
  const { run, stackFile } = statePlaces(state);
  const file = path.join(run, 'owner.json');
  const owner = readOwner(file);
  if (owner && owner.pid !== process.pid && isAlive(owner.pid) && (await answers(owner.port)))
    throw new StartFailure(
      `Another \`npm start\` (process ${owner.pid}, port ${owner.port}) uses ${state}: end that, or choose another folder with \`npm start -- --state FOLDER\`.`,
    );
  for (const place of [run, stackFile]) rmSync(place, { recursive: true, force: true });
  mkdirSync(run, { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, port }));
}

function readOwner(file: string): z.infer<typeof ownerSchema> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // half-written by a start that was killed
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: connectMs });
    const end = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}
