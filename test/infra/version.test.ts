import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitContext, commitOf, versionOf } from '#infra/version.ts';

let directory: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@test.example', ...args], {
    cwd: directory,
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'version-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('A9: the version that receipts name', () => {
  it('has the commit of a tree that is as it was committed, and of no other', () => {
    expect(commitOf(directory)).toBeUndefined();
    git('init', '--quiet');
    writeFileSync(path.join(directory, 'a'), '1');
    git('add', 'a');
    git('commit', '--quiet', '-m', 'a');
    expect(git('rev-parse', 'HEAD').startsWith(commitOf(directory) ?? 'none')).toBe(true);

    writeFileSync(path.join(directory, 'a'), '2');
    expect(commitOf(directory)).toBeUndefined();
    writeFileSync(path.join(directory, 'a'), '1');
    expect(commitOf(directory)).toBeDefined();
    writeFileSync(path.join(directory, 'beside'), '');
    expect(commitOf(directory)).toBeUndefined();
  });

  it('is that of the package alone where no commit is known', () => {
    expect(versionOf(new App())).toMatch(/^\d+\.\d+\.\d+$/);
    const app = new App({ context: { [commitContext]: '9e364732a1bc' } });
    expect(versionOf(app)).toMatch(/^\d+\.\d+\.\d+\+9e364732a1bc$/);
  });

  it('is none that a receipt could not carry: that would be found only when the keys are gone', () => {
    expect(() => versionOf(new App({ context: { [commitContext]: 'main' } }))).toThrow();
  });
});
