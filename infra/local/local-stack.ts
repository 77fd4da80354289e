import { rm } from 'node:fs/promises';
import path from 'node:path';
import { deploy, type Deployment } from './deploy.ts';
import { startEngine, type Engine } from './engine.ts';
import { StartFailure } from './failure.ts';
import { openFrontDoor } from './front-door.ts';
import { openOutbox } from './outbox.ts';
import type { Terminal } from './progress.ts';
import { settle } from './settle.ts';
import { statePlaces, takeState } from './state-owner.ts';
import { ensureVenv } from './venv.ts';

export type LocalStack = Deployment & {
  /** The API's public origin, plain HTTP on loopback. */
  apiUrl: string;
  outboxUrl: string;
  engine: Engine;
  /** Ends all of it and deletes what it left, apart from the logs. Safe to call twice. */
  close: () => Promise<void>;
};

export type LocalStackSettings = {
  /** Folder for everything that belongs to this run; what a former one left is deleted first. */
  state: string;
  /** Of the engine's Python, kept between runs. */
  venv: string;
  /** Of the front door; 0 takes a free one. */
  port: number;
  terminal: Pick<Terminal, 'step'>;
  signal?: AbortSignal;
};

/**
 * The app on this machine: the engine, the stack deployed to it, the front door and the outbox.
 * @throws StartFailure with one sentence, after ending what had been started
 */
export async function openLocalStack(settings: LocalStackSettings): Promise<LocalStack> {
  const { state, terminal, signal } = settings;
  const place = (name: string): string => path.join(statePlaces(state).run, name);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    // First of all, so that a second start is told about the port before it touches anything.
    const door = await openFrontDoor(settings.port);
    closers.push(door.close);
    await takeState(state, door.port);
    const python = await terminal.step('Python environment of the AWS engine', () =>
      ensureVenv(settings.venv, process.env),
    );
    const engine = await terminal.step('AWS engine on loopback', () =>
      startEngine(place('engine'), python, place('engine.log')),
    );
    closers.push(engine.stop);
    closers.push(() => rm(place('deploy'), { recursive: true, force: true }));
    const deployment = await terminal.step('Deployment of the app', () =>
      deploy({
        engine,
        directory: place('deploy'),
        logFile: place('deploy.log'),
        publicOrigin: door.origin,
        ...(signal ? { signal } : {}),
      }),
    );
    await terminal.step('Settings that the local engine leaves out, set by API', () =>
      settle(engine, deployment.stackName, deployment.template),
    );
    door.leadTo(engine, requireOutput(deployment, 'ApiId'));
    const outbox = await openOutbox(engine);
    closers.push(outbox.close);
    return { ...deployment, apiUrl: door.origin, outboxUrl: outbox.url, engine, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An output that the stack must have. */
export function requireOutput(deployment: Deployment, name: string): string {
  const value = deployment.outputs[name];
  if (value === undefined) throw new StartFailure(`The stack ${deployment.stackName} has no output ${name}.`);
  return value;
}
