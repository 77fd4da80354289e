/** `npm start`: the whole system on this machine, then the main job with real input, shown step by step. */
import path from 'node:path';
import { makeEnrolmentCode } from './enrolment.ts';
import { describeFailure, StartFailure } from './failure.ts';
import { openLocalStack, type LocalStack } from './local-stack.ts';
import { localStage, projectRoot } from './local-stage.ts';
import { requireNode } from './node-version.ts';
import { PlayFailure } from './play/failure.ts';
import { play } from './play/play.ts';
import { createTerminal } from './progress.ts';
import { statePlaces } from './state-owner.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';

const hosts = { shop: 'shop.example.net', backOffice: 'backoffice.example.com', tryingOut: 'site.example' };
const terminal = createTerminal(process.stdout);

/** Aborts at the first Ctrl-C; at the second the process ends as it would without us. */
function listenForEnd(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => {
      controller.abort();
    });
  return controller.signal;
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => {
      reject(new StartFailure('Stopped.'));
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Every table by the word for it: output `RecordsTableName` is `records`. */
function tablesOf({ outputs }: LocalStack): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, value]) => {
      const table = /^(\w+)TableName$/.exec(name)?.[1];
      return table === undefined ? [] : [[table.toLowerCase(), value]];
    }),
  );
}

async function playOnce(stack: LocalStack, options: StartOptions): Promise<void> {
  const logFile = path.join(statePlaces(options.state).run, 'enrolment.log');
  const [shop, backOffice, tryingOut] = await terminal.step('One-time enrolment codes', () =>
    Promise.all([
      makeEnrolmentCode(stack, hosts.shop, logFile),
      makeEnrolmentCode(stack, hosts.backOffice, logFile, true),
      makeEnrolmentCode(stack, hosts.tryingOut, logFile),
    ]),
  );
  const { stackFile } = statePlaces(options.state);
  writeStackFile(stackFile, stack, tryingOut);
  const { apiUrl, outboxUrl, engine } = stack;
  const bundleFolder = path.join(statePlaces(options.state).run, 'bundles');
  const stageOfPlay = { apiUrl, outboxUrl, caFile: engine.caFile, bundleFolder };
  const account = {
    url: engine.url,
    region: localStage.region,
    credentials: localStage.rootKey,
    tables: tablesOf(stack),
  };
  try {
    await play({
      ...{ ...stageOfPlay, account, enrolmentCodes: { shop, backOffice } },
      stackFile: options.once ? undefined : stackFile,
    });
  } catch (error) {
    if (!(error instanceof PlayFailure)) throw error;
    throw new StartFailure(error.message, { cause: error });
  }
}

async function stayUp(stack: LocalStack, options: StartOptions, ended: Promise<never>): Promise<void> {
  terminal.say(`
The system stays up until Ctrl-C.
  API       ${stack.apiUrl}            (try ${stack.apiUrl}/healthz)
  Outbox    ${stack.outboxUrl}
  The rest  ${path.relative(process.cwd(), statePlaces(options.state).stackFile)}, with an enrolment code for host ${hosts.tryingOut}`);
  const engineEnded = stack.engine.ended.then(() => {
    throw new StartFailure(`The AWS engine ended by itself; ${stack.engine.logFile} may say why.`);
  });
  await Promise.race([ended, engineEnded]);
}

async function start(options: StartOptions, signal: AbortSignal): Promise<void> {
  const ended = rejectWhenAborted(signal);
  ended.catch(() => undefined);
  const stack = await openLocalStack({
    state: options.state,
    venv: path.join(projectRoot, '.local/venv'),
    port: options.port,
    terminal,
    signal,
  });
  let played = false;
  try {
    await Promise.race([playOnce(stack, options), ended]);
    played = true;
    if (!options.once) await stayUp(stack, options, ended);
  } catch (error) {
    if (!(played && signal.aborted)) throw error; // Ctrl-C is how staying up ends
  } finally {
    removeStackFile(statePlaces(options.state).stackFile);
    await stack.close();
  }
}

const signal = listenForEnd();
try {
  requireNode(process.version);
  const options = readStartOptions(process.argv.slice(2));
  if (options) await start(options, signal);
  process.exit(0);
} catch (error) {
  console.error(signal.aborted ? 'Stopped.' : describeFailure(error));
  process.exit(1);
}
