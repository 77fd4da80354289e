import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { clientSettings, getFromEngine } from '#infra/local/engine-clients.ts';
import { startEngine } from '#infra/local/engine.ts';
import { projectRoot } from '#infra/local/local-stage.ts';
import { isAlive } from '#infra/local/processes.ts';
import { ensureVenv } from '#infra/local/venv.ts';
import { deployCanary } from '#test/support/engine-canary.ts';
import { venvDirectory } from '#test/support/engine.ts';

const engine = inject('engine');
const directory = path.join(engine.directory, 'life-cycle');
const logFile = path.join(engine.directory, 'life-cycle.log');
const endMs = 12_000;
const linux = process.platform === 'linux';

/** Starts an engine in a process of its own, which then does nothing until it is ended. */
async function startInChild() {
  const program = `
    import { startEngine } from '#infra/local/engine.ts';
    const engine = await startEngine(...JSON.parse(process.argv[1]));
    console.log(JSON.stringify({ pid: engine.pid, url: engine.url, caFile: engine.caFile }));
    setInterval(() => undefined, 1000);`;
  const python = await ensureVenv(venvDirectory, process.env);
  const settings = JSON.stringify([directory, python, logFile]);
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program, settings], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const started = z
    .object({ pid: z.int(), url: z.string(), caFile: z.string() })
    .parse(JSON.parse(line.toString()));
  return { parent, ...started };
}

async function waitUntilGone(pid: number): Promise<boolean> {
  const deadline = performance.now() + endMs;
  while (performance.now() < deadline && isAlive(pid)) await delay(50);
  return !isAlive(pid);
}

describe('the engine ends with us', () => {
  it('when the process that started it is killed', async () => {
    const { parent, pid, url, caFile } = await startInChild();
    await getFromEngine({ url, caFile }, '/_ministack/ready');

    parent.kill('SIGKILL');

    expect(await waitUntilGone(pid)).toBe(true);
    await expect(getFromEngine({ url, caFile }, '/_ministack/ready')).rejects.toThrow();
  });

  it('and the next start removes what that one left', async () => {
    const litter = path.join(directory, 'tmp/ministack-lambda-left');
    mkdirSync(litter, { recursive: true });

    const next = await startEngine(directory, await ensureVenv(venvDirectory, process.env), logFile);

    expect(existsSync(litter)).toBe(false);
    await next.stop();
    await next.stop();
    expect(existsSync(directory)).toBe(false);
    expect(next.pid && isAlive(next.pid)).toBe(false);
  });

  it.skipIf(!linux)('stopping ends its Lambda workers too (needs /proc)', async () => {
    const { outputs } = await deployCanary(engine);
    const lambda = new LambdaClient(clientSettings(engine));
    await lambda.send(new InvokeCommand({ FunctionName: outputs['FunctionName'], Payload: '{}' }));

    // Stopping kills the group, so what must hold is that workers are in it.
    expect(membersOf(engine.pid).length).toBeGreaterThan(1);
  });
});

function membersOf(group: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
        return Number(afterName?.[2]) === group;
      } catch {
        return false; // it has ended meanwhile
      }
    });
}

it.skipIf(!linux)('one-port: the engine listens on its loopback port and nowhere else (needs /proc)', () => {
  const sockets = new Set(socketsOf(engine.pid ?? 0));
  const listening = ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/ +/))
      .filter((columns) => columns[3] === '0A' && sockets.has(columns[9] ?? ''))
      .map((columns) => columns[1]),
  );

  const port = engine.port.toString(16).toUpperCase().padStart(4, '0');
  expect(listening).toEqual([`0100007F:${port}`]);
});

/** Inodes of the sockets that a process holds. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(path.join(folder, fd)))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}
