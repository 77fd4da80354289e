import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { deploy } from '#infra/local/deploy.ts';
import { startEngine } from '#infra/local/engine.ts';
import { describeFailure, StartFailure } from '#infra/local/failure.ts';
import { projectRoot } from '#infra/local/local-stage.ts';
import { requireNode } from '#infra/local/node-version.ts';
import { PlayFailure } from '#infra/local/play/failure.ts';
import { statePlaces, takeState } from '#infra/local/state-owner.ts';
import { ensureVenv } from '#infra/local/venv.ts';
import { venvDirectory } from '#test/support/engine.ts';

const engine = inject('engine');
const place = (name: string): string => path.join(engine.directory, name);

/** Leaves in a state folder what a start leaves there. */
function claim(state: string, owner: { pid: number; port: number }): void {
  const { run, stackFile } = statePlaces(state);
  mkdirSync(run, { recursive: true });
  writeFileSync(path.join(run, 'owner.json'), JSON.stringify(owner));
  writeFileSync(stackFile, '{}');
}

describe('a failure is told in one sentence that names the log', () => {
  it('of a deployment', async () => {
    const logFile = place('failed-deploy.log');
    const app = `node -e "console.error('the reason');process.exit(3)"`;

    const failed = deploy({ engine, directory: place('failed-deploy'), logFile, app, stackName: 'None' });

    await expect(failed).rejects.toThrow(`Synthesis failed (exit status 1); ${logFile} says why.`);
    expect(readFileSync(logFile, 'utf8')).toContain('the reason');
  });

  it('A39: of a deployment, whose temporary files stand in its own folder, after a crash too', async () => {
    const logFile = place('crashed-deploy.log');
    const directory = place('crashed-deploy');
    const script = "fs.writeFileSync(path.join(os.tmpdir(),'left'),'');process.kill(process.pid,'SIGKILL')";

    const failed = deploy({ engine, directory, logFile, app: `node -e "${script}"`, stackName: 'None' });

    await expect(failed).rejects.toThrow('Synthesis failed');
    expect(readdirSync(path.join(directory, 'tmp'))).toContain('left');
  });

  it.each(['v20.20.2', 'v25.1.0'])('of Node %s', (version) => {
    expect(() => {
      requireNode(version);
    }).toThrow(`Node 24 is needed, this is ${version}`);
    expect(() => {
      requireNode('v24.21.0');
    }).not.toThrow();
  });

  it('and a defect keeps its stack', () => {
    expect(describeFailure(new PlayFailure('The bag is not complete'))).toBe('The bag is not complete');
    expect(describeFailure(new StartFailure('One sentence.'))).toBe('One sentence.');
    expect(describeFailure(new Error('a defect'))).toMatch(/^Error: a defect\n +at /);
  });

  it('of an engine that does not start', async () => {
    const logFile = place('failed-engine.log');
    const python = place('python');
    writeFileSync(
      python,
      '#!/bin/sh\necho the reason >&2\ncase "$1" in *certificate.py) touch "$2";; *) exit 1;; esac\n',
      {
        mode: 0o755,
      },
    );

    const failed = startEngine(place('failed-engine'), python, logFile);

    await expect(failed).rejects.toThrow(`The AWS engine ended while starting; ${logFile} says why.`);
    expect(readFileSync(logFile, 'utf8')).toContain('the reason');
  });

  it('of a folder that another start uses', async () => {
    const folder = place('taken');
    const { port } = new URL(engine.url);
    claim(folder, { pid: process.ppid, port: Number(port) });

    await expect(takeState(folder, 1)).rejects.toThrow(
      `(process ${process.ppid}, port ${port}) uses ${folder}`,
    );
    expect(existsSync(statePlaces(folder).stackFile)).toBe(true);
  });

  it.each([
    ['that has ended', { pid: 2 ** 22 + 1, port: 1 }],
    ['whose port is silent', { pid: process.ppid, port: 1 }],
  ])('a claim of a start %s does not count', async (_, owner) => {
    const folder = place('abandoned');
    claim(folder, owner);

    await takeState(folder, 1);

    expect(existsSync(statePlaces(folder).stackFile)).toBe(false);
  });
});

describe('a mend refuses to start when the source that it patches has moved', () => {
  async function python(program: string): Promise<string> {
    const executable = await ensureVenv(venvDirectory, process.env);
    const run = promisify(execFile)(executable, ['-c', program], {
      cwd: path.join(projectRoot, 'infra/local/python'),
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    });
    return run.then(
      () => 'it started',
      (error: unknown) => (error as { stderr: string }).stderr,
    );
  }
  const written = '(written for ministack 1.5.33, found 1.5.33)';

  it.each([
    ['text gone', 'anchors.replaced("abc", [("x", "y")], "m")', "found 0 times instead of once: 'x'"],
    ['text twice', 'anchors.replaced("xx", [("x", "y")], "m")', "found 2 times instead of once: 'x'"],
    ['function gone', 'anchors.wrap_function(json, "gone", [], None, "m")', 'json has no function gone'],
    ['other parameters', 'anchors.wrap_function(json, "loads", ["a"], None, "m")', "instead of ['a']"],
  ])('%s', async (_, call, text) => {
    const said = await python(`import json\nfrom mends import anchors\n${call}`);

    expect(said).toContain(`mend 'm' does not fit: `);
    expect(said).toContain(text);
    expect(said).toContain(written);
  });

  it('another version', async () => {
    const said = await python(
      'from mends import anchors\nanchors.PINNED = "1.5.34"\nanchors.require_pinned_version()',
    );

    expect(said).toContain("mend 'version' does not fit: another version is installed");
  });
});
