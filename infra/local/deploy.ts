import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { runCommand, type Command } from './command.ts';
import { clientEnvironment, type EngineAddress } from './engine-clients.ts';
import { localStage, projectRoot } from './local-stage.ts';

const cdk = path.join(projectRoot, 'node_modules/aws-cdk/bin/cdk');
const synthDeadlineMs = 180_000;
const deployDeadlineMs = 300_000;
const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

export type Deployment = {
  stackName: string;
  /** The stack's outputs by name. */
  outputs: Record<string, string>;
  /** Path of the synthesized template. */
  template: string;
};

export type DeploySettings = {
  engine: EngineAddress;
  /** For the assembly, the outputs, and the command-line tool's own home and temporary files; wiped first. */
  directory: string;
  logFile: string;
  signal?: AbortSignal;
  /** The command that synthesizes, and the stack that it makes. */
  app?: string;
  stackName?: string;
  /** Origin of the API as callers see it. */
  publicOrigin?: string;
};

/**
 * Bootstraps the engine's account and deploys the app's stack to it, with the same command-line tool that deploys to AWS.
 * The tool finds no credentials, settings or network of the user's: its environment is made here.
 * @throws StartFailure that names the log
 */
export async function deploy(settings: DeploySettings): Promise<Deployment> {
  const { directory, stackName = localStage.stackName } = settings;
  rmSync(directory, { recursive: true, force: true });
  for (const folder of ['home', 'tmp']) mkdirSync(path.join(directory, folder), { recursive: true });
  const assembly = path.join(directory, 'assembly');
  const outputsFile = path.join(directory, 'outputs.json');
  const command = cdkCommand(settings);
  const appFlags = settings.app === undefined ? [] : ['--app', settings.app];
  const target = `aws://${localStage.account}/${localStage.region}`;
  await Promise.all([
    runCommand(
      command('Synthesis', synthDeadlineMs, 'synth', stackName, '--quiet', '--output', assembly, ...appFlags),
    ),
    // From a folder without cdk.json: with an app in sight the tool would synthesize it for nothing.
    runCommand({ ...command('Bootstrapping', deployDeadlineMs, 'bootstrap', target), cwd: directory }),
  ]);
  const deployFlags = ['--require-approval', 'never', '--outputs-file', outputsFile, '--app', assembly];
  await runCommand(command('The deployment', deployDeadlineMs, 'deploy', stackName, ...deployFlags));
  const outputs = outputsSchema.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))[stackName] ?? {};
  return { stackName, outputs, template: path.join(assembly, `${stackName}.template.json`) };
}

function cdkCommand(settings: DeploySettings) {
  const { engine, directory, logFile, signal, publicOrigin } = settings;
  const env = {
    ...clientEnvironment(engine),
    PATH: [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter),
    HOME: path.join(directory, 'home'),
    // Bundles and what the tool unpacks: after a crash too, nothing stands outside.
    TMPDIR: path.join(directory, 'tmp'),
    LANG: 'C.UTF-8',
    CI: 'true',
    // Without these the tool and npm ask the registry for newer versions and report usage.
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    ...(publicOrigin === undefined ? {} : { DATA_RIGHTS_PUBLIC_ORIGIN: publicOrigin }),
  };
  return (title: string, deadlineMs: number, verb: string, ...args: string[]): Command => ({
    title,
    file: process.execPath,
    args: [cdk, verb, ...args, '--no-notices', '--no-color'],
    env,
    cwd: projectRoot,
    logFile,
    deadlineMs,
    ...(signal ? { signal } : {}),
  });
}
