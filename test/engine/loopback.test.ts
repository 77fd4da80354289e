import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { projectRoot } from '#infra/local/local-stage.ts';
import { ensureVenv } from '#infra/local/venv.ts';
import { venvDirectory } from '#test/support/engine.ts';

const endMs = 400_000;

/** What the proof needs, and why it may be missing; undefined where all is there. */
function missing(): string | undefined {
  const works = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (!works('strace', '-V')) return 'strace is not installed';
  if (!works('ip', '-V')) return 'iproute2 is not installed';
  if (!works('unshare', '-rn', 'true')) return 'unshare may not make a network namespace here';
  if (!works('unshare', '-rn', 'strace', '-f', 'true')) return 'strace may not trace here';
  return undefined;
}

/** Addresses of the network that were called, apart from loopback; other families stay on the machine. */
function outsideAddresses(trace: string): string[] {
  const called = trace.matchAll(/inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g);
  const addresses = new Set([...called].map(([, v4, v6]) => v4 ?? v6 ?? ''));
  return [...addresses].filter((address) => !/^(127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/.test(address));
}

it('the trace reader finds addresses outside, in both notations', () => {
  const line = (text: string): string => `12 connect(3, {${text}}, 16) = -1 ENETUNREACH\n`;
  const trace = [
    'sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.7")',
    'sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("127.0.0.1")',
    'sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0',
    'sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0',
    'sa_family=AF_UNIX, sun_path="/run/x"',
  ].map(line);

  expect(outsideAddresses(trace.join(''))).toEqual(['192.0.2.7', '2001:db8::1']);
});

const reason = missing();
it.skipIf(reason !== undefined)(
  `npm start calls no address but loopback${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: endMs + 10_000 },
  async () => {
    await ensureVenv(venvDirectory, process.env); // making it is the one thing that needs the network
    const { directory } = inject('engine');
    const state = path.join(directory, 'loopback');
    const home = path.join(directory, 'loopback-home');
    const trace = path.join(directory, 'loopback.trace');
    for (const folder of [state, home]) mkdirSync(folder, { recursive: true });
    const start = `"${process.execPath}" infra/local/start.ts --once --state "${state}"`;
    const command = `ip link set lo up && exec strace -f -qq -e trace=connect -o "${trace}" ${start}`;

    const run = spawnSync('unshare', ['-rn', 'sh', '-c', command], {
      cwd: projectRoot,
      env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' },
      encoding: 'utf8',
      timeout: endMs,
    });

    const calls = readFileSync(trace, 'utf8');
    expect({ status: run.status, said: run.status === 0 ? '' : run.stdout + run.stderr }).toEqual({
      status: 0,
      said: '',
    });
    expect(calls).toContain('inet_addr("127.0.0.1")');
    expect(outsideAddresses(calls)).toEqual([]);
    rmSync(trace);
  },
);
