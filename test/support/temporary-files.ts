/**
 * Vitest global setup: temporary files of the tests, and of what they start, stand in this run's own folder and go with it.
 * A worker of Vitest is killed at its end, so that no `exit` of its own could delete them.
 */
import { rmSync } from 'node:fs';
import { makeRunDirectory } from '#test/support/engine.ts';

export default function setup(): () => void {
  const directory = makeRunDirectory('temporary');
  process.env['TMPDIR'] = directory;
  return () => {
    rmSync(directory, { recursive: true, force: true });
  };
}
