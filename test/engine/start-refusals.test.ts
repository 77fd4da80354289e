import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { projectRoot } from '#infra/local/local-stage.ts';
import { freePort } from '#infra/local/ports.ts';

const engine = inject('engine');

describe('npm start refuses in one sentence', () => {
  const program = path.join(projectRoot, 'infra/local/start.ts');
  const state = path.join(engine.directory, 'refused');

  async function start(args: string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn(process.execPath, [program, '--state', state, ...args], { cwd: projectRoot, env });
    let [said, printed] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, said, printed };
  }
  const oneSentence = (text: string): RegExp => new RegExp(`^[^\\n]*${text}[^\\n]*\\.\\n$`);

  it('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { status, said } = await start(['--port', String(port)]);
    other.close();

    expect(status).toBe(1);
    expect(said).toMatch(oneSentence(`Port ${port} of 127\\.0\\.0\\.1 is in use`));
    expect(existsSync(state)).toBe(false);
  });

  it.each([
    [['--port', 'x'], 'must be a number'],
    [['--twice'], "Unknown option '--twice'"],
  ])('options %j', async (args, text) => {
    const { status, said } = await start(args);

    expect(status).toBe(1);
    expect(said).toMatch(oneSentence(text));
  });

  it.each(['--help', '-h'])(
    'nothing on %s: it tells every option on a line of its own, and exits with 0',
    async (flag) => {
      const { status, said, printed } = await start([flag]);

      expect({ status, said }).toEqual({ status: 0, said: '' });
      expect(printed).toMatch(/^usage: npm start \[-- OPTIONS\]\n/);
      for (const option of ['--once', '--port NUMBER', '--state FOLDER', '--help, -h'])
        expect(printed).toMatch(new RegExp(`^${option} +\\S`, 'm'));
      expect(existsSync(state)).toBe(false);
    },
  );

  /** A path on which `python3` answers what a Python would. */
  function pathWith(answer: string | undefined): NodeJS.ProcessEnv {
    const bin = path.join(engine.directory, `bin-${answer === undefined ? 'none' : answer.length}`);
    mkdirSync(bin, { recursive: true });
    if (answer !== undefined)
      writeFileSync(path.join(bin, 'python3'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    return { ...process.env, PATH: bin };
  }

  it.each([
    [
      'no Python at all',
      undefined,
      'none was found: install it .Debian, Ubuntu: `apt install python3 python3-venv`',
    ],
    ['an old Python', '[3, 9, "3.9.2", "/x", true]', 'only 3\\.9 was found'],
    ['a Python without venv', '[3, 12, "3.12.1", "/x", false]', 'apt install python3-venv'],
  ])('%s', async (_, answer, text) => {
    const { status, said } = await start(['--port', String(await freePort())], pathWith(answer));

    expect(status).toBe(1);
    expect(said).toMatch(oneSentence(text));
  });
});
