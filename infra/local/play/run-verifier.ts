import { spawn } from 'node:child_process';
import path from 'node:path';
import { PlayFailure } from './failure.ts';

const deadlineMs = 60_000;
/** The folder that holds `package.json`. */
const root = path.resolve(import.meta.dirname, '../../..');

/**
 * Runs `npm run verify-receipt` as anybody would who was handed the file and the keys: a process of its own, which is told
 * no address and no secret but the salt.
 * @returns its exit status, and the lines that it printed
 */
export function runVerifier(args: readonly string[]): Promise<{ status: number; lines: string[] }> {
  return new Promise((resolve, reject) => {
    const { PATH, HOME } = process.env;
    const child = spawn('npm', ['run', '--silent', 'verify-receipt', '--', ...args], {
      cwd: root,
      // npm itself would ask its registry now and then whether there is a newer one.
      env: { PATH, HOME, npm_config_offline: 'true', npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: deadlineMs,
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.once('error', (cause) => {
      reject(new PlayFailure('npm run verify-receipt could not be started.', { cause }));
    });
    child.once('close', (status) => {
      resolve({ status: status ?? -1, lines: printed.trimEnd().split('\n') });
    });
  });
}
