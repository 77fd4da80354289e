import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildBundle, exampleContent } from './example-bundle.ts';
import { forgeZip, readZip } from './zip-tools.ts';

/** A checker of bags that shares nothing with ours: the standard library of Python. */
const checker = `
import hashlib, json, sys, zipfile
bag = zipfile.ZipFile(sys.argv[1])
assert bag.testzip() is None
roots = {name.split('/')[0] for name in bag.namelist()}
assert len(roots) == 1, roots
root = roots.pop() + '/'
read = lambda path: bag.read(root + path)
assert read('bagit.txt').decode() == 'BagIt-Version: 1.0\\nTag-File-Character-Encoding: UTF-8\\n'
listed = {}
for manifest in ('manifest-sha512.txt', 'tagmanifest-sha512.txt'):
    for line in read(manifest).decode().splitlines():
        digest, path = line.split('  ', 1)
        assert hashlib.sha512(read(path)).hexdigest() == digest, path
        listed[path] = digest
signature = {'tagmanifest-sha512.txt', 'signature/public-key.jwk.json', 'signature/tagmanifest-sha512.txt.jws'}
names = {name[len(root):] for name in bag.namelist()}
assert names == set(listed) | signature, names ^ (set(listed) | signature)
payload = [path for path in names if path.startswith('data/')]
oxum = f'Payload-Oxum: {sum(len(read(path)) for path in payload)}.{len(payload)}'
assert oxum in read('bag-info.txt').decode().splitlines()
for path in payload:
    if path.endswith('.json'): json.loads(read(path))
    if path.endswith('.jsonl'): [json.loads(line) for line in read(path).splitlines()]
print(len(names))
`;

function checkWithPython(zip: Buffer): { status: number | null; output: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  try {
    const file = path.join(folder, 'bundle.zip');
    writeFileSync(file, zip);
    const { status, stdout, stderr } = spawnSync('python3', ['-c', checker, file], { encoding: 'utf8' });
    return { status, output: status === 0 ? stdout.trim() : stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a checker written in Python', () => {
  it.each(['access', 'portability'] as const)('finds the bag of %s complete and valid', async (right) => {
    const zip = await buildBundle(exampleContent(right));
    expect(checkWithPython(zip)).toEqual({ status: 0, output: String((await readZip(zip)).length) });
  });

  it('finds a changed file', async () => {
    const parts = await readZip(await buildBundle(exampleContent('access')));
    const changed = parts.map((part) =>
      part.name.endsWith('account.csv')
        ? { ...part, content: Buffer.concat([part.content, Buffer.of(10)]) }
        : part,
    );
    const { status, output } = checkWithPython(forgeZip(changed));
    expect(status).toBe(1);
    expect(output).toContain('account.csv');
  });
});
