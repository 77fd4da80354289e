import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { BundleProblem } from '#shared/bundle/verify/bundle-problem.ts';
import { verifyBundle, type BundleVerdict } from '#shared/bundle/verify/verify-bundle.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import type { StatementKind } from '#shared/signing/statement-kinds.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import { buildBundle, exampleContent, jwks, key, requestId } from './example-bundle.ts';
import { forgeZip, readZip, type ZipPart } from './zip-tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'verify-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const folder = `data-rights-${requestId}`;
const zip = await buildBundle(exampleContent('access'));
const parts = await readZip(zip);
const paths = parts.map(({ name }) => name.slice(folder.length + 1));
const file = path.join(scratch, 'bundle.zip');

async function verify(
  bytes: Buffer,
  keys = jwks,
  limits?: Parameters<typeof verifyBundle>[2],
): Promise<BundleVerdict> {
  writeFileSync(file, bytes);
  return verifyBundle(file, keys, limits);
}
const named = async (forged: readonly ZipPart[]): Promise<readonly BundleProblem[]> =>
  (await verify(forgeZip(forged))).problems;
const part = (name: string, content = 'x', more: Partial<ZipPart> = {}): ZipPart => ({
  name: `${folder}/${name}`,
  content: Buffer.from(content),
  ...more,
});
const change = (name: string, content: (old: Buffer) => Buffer): ZipPart[] =>
  parts.map((one) => (one.name === `${folder}/${name}` ? { ...one, content: content(one.content) } : one));
const flip = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};

describe('an untouched bundle', () => {
  it.each(['access', 'portability'] as const)('is verified (%s)', async (right) => {
    const verdict = await verify(await buildBundle(exampleContent(right)));
    expect(verdict).toEqual({
      problems: [],
      folder,
      files: right === 'access' ? 30 : 23,
      fingerprint: key.kid,
      signedAt: Date.parse('2026-11-24T21:00:00Z') / 1000,
    });
  });

  it('is verified when packed anew', async () => {
    expect(await named(parts)).toEqual([]);
  });
});

describe('a changed bundle', () => {
  it.each(paths)('one flipped byte in %s is named', async (name) => {
    const size = parts.find((one) => one.name === `${folder}/${name}`)?.content.length ?? 0;
    for (const at of [0, Math.floor(size / 2), size - 1]) {
      const problems = await named(change(name, (old) => flip(old, at)));
      expect(problems.map((problem) => problem.file)).toContain(name);
    }
  });

  it.each(paths.filter((name) => name.startsWith('data/')))(
    'of payload nothing else is named: %s',
    async (name) => {
      expect(await named(change(name, (old) => flip(old, 0)))).toEqual([{ file: name, problem: 'changed' }]);
    },
  );

  it.each(paths)('without %s: it is named as missing', async (name) => {
    const problems = await named(parts.filter((one) => one.name !== `${folder}/${name}`));
    expect(problems).toContainEqual({ file: name, problem: 'missing' });
  });

  it.each(['data/extra.html', 'data/records/vault/x/account.csv', 'extra.txt', 'signature/other.jws'])(
    'with %s: it is named as extra',
    async (name) => {
      const problems = await named([...parts, part(name)]);
      expect(problems).toContainEqual({ file: name, problem: 'extra' });
    },
  );

  it('with other sizes than it states: bag-info.txt is named', async () => {
    const problems = await named([...parts, part('data/extra.txt')]);
    expect(problems).toContainEqual({ file: 'bag-info.txt', problem: 'sizes-differ' });
  });

  it('with lists made anew: the signature is named', async () => {
    const forged = await readZip(
      await buildBundle({ ...exampleContent('access'), issuer: { name: 'Eve' } }, () =>
        Promise.resolve({ jws: parts.at(-1)?.content.toString() ?? '', jwk: key.jwk }),
      ),
    );
    expect(await named(forged)).toEqual([
      { file: 'tagmanifest-sha512.txt', problem: 'signature-wrong-signature' },
      { file: 'signature/tagmanifest-sha512.txt.jws', problem: 'signature-wrong-signature' },
    ]);
  });

  it('whatever byte of the ZIP is flipped, the answer is a verdict and no crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), async (at, bit) => {
        const bytes = Buffer.from(zip);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(Array.isArray((await verify(bytes)).problems)).toBe(true);
      }),
      { numRuns: 300 },
    );
    for (const end of [0, 1, 100, zip.length / 2, zip.length - 1]) {
      expect((await verify(zip.subarray(0, end))).problems).toEqual([{ file: '', problem: 'not-a-zip' }]);
    }
  });
});

describe('the signature', () => {
  const bundleBy = (signer: typeof key, typ: StatementKind, iat: number) =>
    buildBundle(exampleContent('access'), async (payload) => ({
      jws: await signJws(signer, { typ, payload, iat, detached: true }),
      jwk: signer.jwk,
    }));
  const signed = Date.parse('2026-11-24T21:00:00Z') / 1000;
  const jws = 'signature/tagmanifest-sha512.txt.jws';

  it('A19: by the key in the bundle counts for nothing', async () => {
    const eve = await fakeSigningKey('evidence');
    const { problems, fingerprint } = await verify(await bundleBy(eve, 'data-rights-bundle+jws', signed));
    expect(problems).toEqual([{ file: jws, problem: 'signature-unknown-key' }]);
    expect(fingerprint).toBeUndefined();
  });

  it('A19: by the tasks key, of another typ, or outside the time of the key is refused', async () => {
    const tasks = await fakeSigningKey('tasks');
    const keys = { keys: [key.jwk, tasks.jwk] };
    const problemsOf = async (bytes: Promise<Buffer>) => (await verify(await bytes, keys)).problems;
    expect(await problemsOf(bundleBy(tasks, 'data-rights-bundle+jws', signed))).toEqual([
      { file: jws, problem: 'signature-key-not-for-typ' },
    ]);
    expect(await problemsOf(bundleBy(key, 'data-rights-receipt+jwt', signed))).toEqual([
      { file: jws, problem: 'signature-wrong-typ' },
    ]);
    expect(await problemsOf(bundleBy(key, 'data-rights-bundle+jws', 1))).toEqual([
      { file: jws, problem: 'signature-key-not-valid-at-iat' },
    ]);
  });

  it('A19: another public key laid in the bundle is named', async () => {
    const eve = await fakeSigningKey('evidence');
    const other = await readZip(await bundleBy(eve, 'data-rights-bundle+jws', signed));
    const name = 'signature/public-key.jwk.json';
    const theirs = other.find((one) => one.name.endsWith(name))?.content ?? Buffer.of();
    expect(await named(change(name, () => theirs))).toEqual([{ file: name, problem: 'not-the-signing-key' }]);
  });
});

describe('tricks with the ZIP', () => {
  const account = parts.find(({ name }) => name.endsWith('account.jsonl'))?.name ?? '';
  const tricks: [title: string, problem: BundleProblem['problem'], forged: ZipPart[]][] = [
    ['a name twice', 'duplicate-name', [...parts, { name: account, content: Buffer.from('other') }]],
    ['a name twice but for case', 'duplicate-name', [...parts, part('DATA/index.html')]],
    ['a path out of the folder', 'unsafe-directory', [...parts, part('../../etc/passwd')]],
    ['an absolute path', 'unsafe-directory', [...parts, { name: '/etc/passwd', content: Buffer.of() }]],
    ['a drive', 'unsafe-directory', [...parts, { name: 'C:/x', content: Buffer.of() }]],
    ['a backslash', 'unsafe-directory', [...parts, part('data\\..\\x')]],
    ['a hidden file', 'unsafe-name', [...parts, part('data/.htaccess')]],
    ['an escape code in a name', 'unsafe-name', [...parts, part('data/\u001b[2Jx')]],
    [
      'a file beside the folder',
      'outside-the-bag',
      [...parts, { name: 'other/x.txt', content: Buffer.of() }],
    ],
    ['a file without folder', 'unsafe-name', [...parts, { name: 'x.txt', content: Buffer.of() }]],
    ['a folder as an entry', 'unsafe-name', [...parts, part('data/empty/', '')]],
    ['a symbolic link', 'not-a-plain-file', [...parts, part('data/link', '/etc/passwd', { mode: 0o120777 })]],
    [
      'a second name',
      'hidden-name',
      [...parts, part('data/b.txt', 'x', { localName: `${folder}/data/evil.exe` })],
    ],
    ['shared bytes', 'overlapping-entries', [...parts, part('data/b.txt', 'x', { placeOf: account })]],
  ];

  it.each(tricks)('A29: %s is refused', async (_title, problem, forged) => {
    expect((await named(forged)).map((one) => one.problem)).toEqual([problem]);
  });

  it('A29: a bomb is refused before it is unpacked', async () => {
    const limits = { mostEntries: 100, mostBytes: 10_000_000 };
    const bomb = forgeZip([...parts, part('data/b.txt', 'x', { statedSize: 4_000_000_000 })]);
    const reasons = async (bytes: Buffer, more = limits) =>
      (await verify(bytes, jwks, more)).problems.map(({ problem }) => problem);
    // A stored file has the size that it has, so that yauzl refuses it already; a larger total we refuse.
    expect(await reasons(bomb)).toEqual(['unsafe-directory']);
    expect(await reasons(zip, { ...limits, mostBytes: 20_000 })).toEqual(['too-large']);
    expect(await reasons(zip, { ...limits, mostEntries: 10 })).toEqual(['too-many-entries']);
    expect(await reasons(zip)).toEqual([]);
  });
});

describe('npm run verify-bundle', () => {
  const keysFile = path.join(scratch, 'keys.json');
  const run = (...args: string[]) => {
    const program = spawnSync(process.execPath, ['functions/command/verify-bundle.ts', ...args], {
      encoding: 'utf8',
    });
    return { status: program.status, output: program.stdout + program.stderr };
  };

  it('A19: says that a bundle is whole, by which key, and exits with 0', () => {
    writeFileSync(file, zip);
    writeFileSync(keysFile, JSON.stringify(jwks));
    const { status, output } = run(file, '--keys', keysFile);
    expect(output).toContain(`signed by    ${key.kid}`);
    expect(output).toContain('verified: complete, unchanged, and signed');
    expect(status).toBe(0);
  });

  it('names what fails and exits with 1', () => {
    writeFileSync(
      file,
      forgeZip([...change('data/index.html', (old) => flip(old, 5)), part('data/extra.txt')]),
    );
    const { status, output } = run(file, '--keys', keysFile);
    expect(output).toContain('FAILED       data/index.html: changed');
    expect(output).toContain('FAILED       data/extra.txt: extra');
    expect(output).toContain('not verified: 3 problems');
    expect(status).toBe(1);
  });

  it('A19: names the key that is looked for, the time that is stated, and what to do, where the key set is an older one', async () => {
    const newer = await fakeSigningKey('evidence');
    const iat = Date.parse('2026-11-24T21:00:00Z') / 1000;
    const bytes = await buildBundle(exampleContent('access'), async (payload) => ({
      jws: await signJws(newer, { typ: 'data-rights-bundle+jws', payload, iat, detached: true }),
      jwk: newer.jwk,
    }));
    writeFileSync(file, bytes);
    const { status, output } = run(file, '--keys', keysFile);
    expect(output).toContain('was made by a key that is not in the key set\n             it names the key');
    expect(output).toContain(`${newer.kid}, and says that it was signed at 2026-11-24T21:00:00.000Z`);
    expect(output).toContain('take the set of today from the issuer (GET /v1/keys)');
    expect(status).toBe(1);
  });

  it('says in one line that it was given a receipt', () => {
    const receipt = path.join(scratch, 'receipt.jws');
    writeFileSync(receipt, 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA');
    const said =
      'is not a bundle but a receipt, or another signed statement: npm run verify-receipt verifies receipts';
    expect(run(receipt, '--keys', keysFile)).toEqual({ status: 1, output: `${receipt} ${said}\n` });
  });

  it('never prints what a name would do to a terminal', () => {
    writeFileSync(file, forgeZip([...parts, part('data/\u001b[2Jx')]));
    const { output } = run(file, '--keys', keysFile);
    expect(output).toContain('\\u{1b}[2Jx');
    expect(output).not.toContain('\u001b');
  });

  it('tells its usage on --help, and exits with 0', () => {
    const { status, output } = run('--help');
    expect(output).toContain('usage: npm run verify-bundle -- FILE --keys JWKS');
    expect(status).toBe(0);
  });

  it('tells keys that are not there from keys that are none', () => {
    expect(run(file, '--keys', 'nowhere.json').output).toBe(
      'nowhere.json cannot be read: there is no such file\n',
    );
    expect(run(file, '--keys', file).output).toContain('is not a set of public keys (JWKS)');
  });

  it.each([
    ['no arguments', []],
    ['no keys', [file]],
    ['an unknown option', [file, '--key', keysFile]],
    ['keys that are none', [file, '--keys', file]],
    ['keys that are not there', [file, '--keys', 'nowhere.json']],
    ['a bundle that is not there', ['nowhere.zip', '--keys', keysFile]],
  ])('says in a sentence what is wrong with %s, and exits with 1', (_title, args) => {
    const { status, output } = run(...args);
    expect(status).toBe(1);
    expect(output).not.toContain('    at ');
    expect(output).not.toBe('');
  });
});
