import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { StartFailure } from './failure.ts';

const oldest = { major: 3, minor: 10 };
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const question = [
  'import importlib.util, json, sys',
  'has = lambda name: importlib.util.find_spec(name) is not None',
  'print(json.dumps([sys.version_info[0], sys.version_info[1], sys.version, sys.executable, has("venv") and has("ensurepip")]))',
].join('; ');
const answerSchema = z.tuple([z.int(), z.int(), z.string(), z.string(), z.boolean()]);

export type Python = { executable: string; version: string };

/**
 * The first Python on the path that can run the engine and make virtual environments.
 * @throws StartFailure that says what to install
 */
export async function findPython(env: NodeJS.ProcessEnv): Promise<Python> {
  const found: string[] = [];
  for (const name of candidates) {
    const answer = await ask(name, env);
    if (!answer) continue;
    const [major, minor, version, executable, makesEnvironments] = answer;
    found.push(`${major}.${minor}`);
    if (major !== oldest.major || minor < oldest.minor) continue;
    if (makesEnvironments) return { executable, version };
    throw new StartFailure(
      `Python ${major}.${minor} cannot make virtual environments: install its venv module (Debian, Ubuntu: \`apt install python3-venv\`).`,
    );
  }
  const seen = found.length > 0 ? `only ${found.join(', ')} was found` : 'none was found';
  throw new StartFailure(
    `Python ${oldest.major}.${oldest.minor} or newer is needed to run the AWS engine, and ${seen}: install it (Debian, Ubuntu: \`apt install python3 python3-venv\`).`,
  );
}

async function ask(name: string, env: NodeJS.ProcessEnv): Promise<z.infer<typeof answerSchema> | undefined> {
  try {
    const { stdout } = await promisify(execFile)(name, ['-c', question], { env, timeout: 20_000 });
    return answerSchema.parse(JSON.parse(stdout));
  } catch {
    return undefined; // not on the path, or a shim with nothing behind it
  }
}
