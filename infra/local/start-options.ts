import path from 'node:path';
import { parseArgs } from 'node:util';
import { StartFailure } from './failure.ts';
import { projectRoot } from './local-stage.ts';

const defaultPort = 8787;
const usage = 'Usage: npm start [-- [--once] [--port NUMBER] [--state FOLDER]].';

export type StartOptions = {
  /** End after the play instead of staying up. */
  once: boolean;
  port: number;
  /** Holds `stack.json` and what belongs to the run. */
  state: string;
};

/** @throws StartFailure that says what can be said */
export function readStartOptions(args: string[]): StartOptions {
  const { once, port, state } = parse(args);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw new StartFailure(`The port must be a number from 1 to 65535. ${usage}`);
  return { once, port: Number(port), state: path.resolve(projectRoot, state) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        port: { type: 'string', default: String(defaultPort) },
        state: { type: 'string', default: '.local' },
      },
    }).values;
  } catch (error) {
    throw new StartFailure(`${(error as Error).message.split('.')[0] ?? ''}. ${usage}`);
  }
}
