import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { StartFailure } from './failure.ts';

export type Command = {
  /** What it does, as the subject of a sentence: `The deployment`. */
  title: string;
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Gets what the command writes: everything, or its standard error alone when the output is wanted. */
  logFile: string;
  deadlineMs: number;
  signal?: AbortSignal;
};

/**
 * Runs a command to its end. Fails with one sentence that names the log file when it cannot start, exits with another
 * status than 0, or takes longer than its deadline.
 * @returns what it wrote to standard output, where `keepOutput` is set
 */
export async function runCommand(command: Command, keepOutput = false): Promise<string> {
  const log = openSync(command.logFile, 'a');
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', keepOutput ? 'pipe' : log, log],
    timeout: command.deadlineMs,
    killSignal: 'SIGKILL',
    signal: command.signal,
  });
  closeSync(log);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (status, signal) => {
      resolve(
        status === 0
          ? undefined
          : status === null
            ? `ended by ${signal ?? 'a signal'}`
            : `exit status ${status}`,
      );
    });
  });
  if (ended === undefined) return output;
  throw new StartFailure(`${command.title} failed (${ended}); ${command.logFile} says why.`);
}
