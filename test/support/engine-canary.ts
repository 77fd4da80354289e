import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deploy, type Deployment } from '#infra/local/deploy.ts';
import type { TestEngine } from '#test/support/engine.ts';

const app = new URL('../engine/canary-app.ts', import.meta.url);

/** The app of `test/engine/canary-app.ts` on the run's engine, deployed by the first test file that asks. */
export async function deployCanary(engine: TestEngine): Promise<Deployment> {
  const known = path.join(engine.directory, 'canary.json');
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8')) as Deployment;
  const deployment = await deploy({
    engine,
    directory: path.join(engine.directory, 'canary'),
    logFile: path.join(engine.directory, 'canary.log'),
    app: `node "${fileURLToPath(app)}"`,
    stackName: 'Canary',
  });
  writeFileSync(known, JSON.stringify(deployment));
  return deployment;
}
