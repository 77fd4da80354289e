import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import * as z from 'zod';
import { StartFailure } from './failure.ts';
import { isAlive } from './processes.ts';

const ownerSchema = z.object({ pid: z.int().positive(), port: z.int().positive() });
const connectMs = 1_000;

/**
 * Takes a folder for this process, and empties it. A start that was killed leaves its claim behind, which counts only while
 * that process runs and its port answers.
 * @throws StartFailure when another start uses the folder
 */
export async function takeFolder(directory: string, port: number): Promise<void> {
  const file = path.join(directory, 'owner.json');
  const owner = readOwner(file);
  if (owner && owner.pid !== process.pid && isAlive(owner.pid) && (await answers(owner.port)))
    throw new StartFailure(
      `Another \`npm start\` (process ${owner.pid}, port ${owner.port}) uses ${directory}: end that, or choose another folder with \`npm start -- --state FOLDER\`.`,
    );
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
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
