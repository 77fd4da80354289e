/**
 * `npm run bench`: what the work takes on this machine, and what it would cost on AWS. Figures beside their goals; nothing
 * fails by them. `npm run bench -- costs code` shows some of its parts: work, rates, costs, code.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { startEngine } from '#infra/local/engine.ts';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { describeFailure } from '#infra/local/failure.ts';
import { requireNode } from '#infra/local/node-version.ts';
import { ensureVenv } from '#infra/local/venv.ts';
import { makeRunDirectory, venvDirectory } from '#test/support/engine.ts';
import { readDeployment } from './deployed/read-deployment.ts';
import { startDynoxide } from './dynoxide.ts';
import { openMeasuring } from './fresh-process.ts';
import { machineFigures } from './machine-figures.ts';
import { showCosts } from './show-costs.ts';
import { showFunctionCode } from './show-function-code.ts';
import { showRates } from './show-rates.ts';
import { showWork } from './show-work.ts';

async function bench(): Promise<void> {
  requireNode(process.version);
  const dynoxide = await startDynoxide();
  const directory = makeRunDirectory('bench');
  const python = await ensureVenv(venvDirectory, process.env);
  const log = path.join(directory, 'engine.log');
  const engine = await startEngine(path.join(directory, 'engine'), python, log);
  try {
    const address = { ...clientEnvironment(engine), AWS_ENDPOINT_URL_DYNAMODB: dynoxide.url };
    const measure = await openMeasuring(path.join(directory, 'code'), {
      ...process.env,
      ...address,
      TZ: 'UTC',
    });
    const deployment = readDeployment();
    const { world } = await measure('makeBenchWorld', {});
    console.log(machineFigures(dynoxide.version).join('\n'));
    const parts = {
      work: () => showWork(measure, { world, deployment, database: dynoxide.processorSeconds }),
      rates: () => showRates(measure, { world }),
      costs: () => showCosts(measure, { deployment }),
      code: () => {
        showFunctionCode(deployment);
        return Promise.resolve();
      },
    };
    const wanted = process.argv.slice(2);
    for (const [name, show] of Object.entries(parts))
      if (wanted.length === 0 || wanted.includes(name)) await show();
  } finally {
    await engine.stop();
    dynoxide.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await bench();
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
