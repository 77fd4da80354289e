import path from 'node:path';
import { parseArgs } from 'node:util';
import { StartFailure } from './failure.ts';
import { projectRoot } from './local-stage.ts';

const defaultPort = 8787;
const usage = 'Usage: npm start [-- [--once] [--port NUMBER] [--state FOLDER]].';
const help = `usage: npm start [-- OPTIONS]

Runs an AWS engine on this machine, deploys the app on it, plays the main job with real input, and stays up until Ctrl-C.

--once          end after the play, with exit status 0 when every statement held
--port NUMBER   the port of the API on 127.0.0.1: ${defaultPort} unless told
--state FOLDER  the folder of the project for what belongs to the run: .local unless told; two runs take two
--help, -h      print this`;

export type StartOptions = {
  /** End after the play instead of staying up. */
  once: boolean;
  port: number;
  /** Holds `stack.json` and what belongs to the run. */
  state: string;
};

/**
 * What was typed behind `npm start --`, or nothing where it asks for help, which is printed then.
 * @throws StartFailure that says what can be said
 */
export function readStartOptions(args: string[]): StartOptions | undefined {
  const { help: wantsHelp, once, port, state } = parse(args);
  if (wantsHelp) {
    console.log(help);
    return undefined;
  }
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
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new StartFailure(`${(error as Error).message.split('.')[0] ?? ''}. ${usage}`);
  }
}
