import { spawnSync } from 'node:child_process';
import { sign as signWithNode } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fieldChecksums } from '#shared/receipts/field-checksums.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { verifyReceipt, type ReceiptProblem } from '#shared/receipts/verify-receipt.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import type { StatementKind } from '#shared/signing/statement-kinds.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import {
  exampleContent,
  exampleWith,
  iat,
  jwks,
  key,
  requestId,
  salt,
  signReceipt,
} from './example-receipt.ts';
import { changeLeaf, leavesOf } from './leaves.ts';

const content = exampleContent();
const statement = receiptStatement(content);
const jws = await signReceipt(content);
const [header = '', payload = '', signature = ''] = jws.split('.');

const problemsOf = async (receipt: string, keys = jwks): Promise<readonly ReceiptProblem[]> =>
  (await verifyReceipt(receipt, keys)).problems;
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
const reencode = (value: object, sign = signature): string =>
  `${header}.${encode(canonicalize(value) ?? '')}.${sign}`;
/** What the vendor's own key signs, whatever it is. */
const forge = (
  text: string,
  head: object = { alg: 'ES256', kid: key.kid, typ: statement.typ, iat },
): string => {
  const input = `${encode(JSON.stringify(head))}.${encode(text)}`;
  const dsa = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${signWithNode('sha256', Buffer.from(input), dsa).toString('base64url')}`;
};
const signed = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
/** Another value of the same form: what a forger would write. */
function flip(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return 'x';
  const at = value.length - 2;
  return value.slice(0, at) + (value[at] === '1' ? '2' : '1') + value.slice(at + 1);
}

describe('an untouched receipt', () => {
  it('is verified offline, with the fingerprint of its key and the hash under which it is stored', async () => {
    expect(await verifyReceipt(jws, jwks)).toEqual({
      problems: [],
      content: { ...content },
      contentHash: statement.contentHash,
      fingerprint: key.kid,
      signedAt: iat,
    });
  });

  it('is of the person who has the salt, and of nobody else', async () => {
    const claims = [
      { salt, identifier: ' Zofia.N@Example.net' },
      { salt, identifier: 'jonas@example.net' },
      { salt: 'A'.repeat(43), identifier: 'zofia.n@example.net' },
      { salt: 'short', identifier: 'zofia.n@example.net' },
    ];
    const verdicts = await Promise.all(claims.map((claim) => verifyReceipt(jws, jwks, claim)));

    expect(verdicts.map(({ problems }) => problems)).toEqual([
      [],
      [{ field: 'subject.hash', problem: 'another-subject' }],
      [{ field: 'subject.hash', problem: 'another-subject' }],
      [{ field: 'salt', problem: 'salt-malformed' }],
    ]);
  });
});

describe('A6: a changed receipt', () => {
  const leaves = leavesOf(signed).filter(({ path: field }) => field !== 'checksums');

  it('has leaves of every part', () => {
    expect(leaves.length).toBeGreaterThan(80);
  });

  it.each(leaves.map(({ path: field, value }) => [field, value] as const))(
    '%s, changed and encoded anew, is named',
    async (field, value) => {
      const problems = await problemsOf(reencode(changeLeaf(signed, field, flip(value))));

      expect(problems).toContainEqual({ field: 'signature', problem: 'signature-wrong-signature' });
      // Named by its path, or by the part that its change leaves in no known form.
      const named = problems.filter((one) => one.field !== 'signature');
      expect(named.length).toBeGreaterThan(0);
      expect(named.some((one) => field === one.field || field.startsWith(`${one.field}.`))).toBe(true);
    },
  );

  it.each(leaves.map(({ path: field }) => field))('without %s: something is named', async (field) => {
    const problems = await problemsOf(reencode(changeLeaf(signed, field, undefined)));

    expect(problems).toContainEqual({ field: 'signature', problem: 'signature-wrong-signature' });
    expect(problems.length).toBeGreaterThan(1);
  });

  it('without a field that every receipt has: it is named as missing', async () => {
    for (const field of [
      'concludedAt',
      'subject.hash',
      'controllers.0.places.0.datasets.1.found',
      'checksums',
    ])
      expect(await problemsOf(reencode(changeLeaf(signed, field, undefined)))).toContainEqual({
        field,
        problem: 'missing',
      });
  });

  it('with a field more: it is named', async () => {
    for (const field of ['note', 'subject.name', 'controllers.0.places.0.note'])
      expect(await problemsOf(reencode(changeLeaf(signed, field, 'x')))).toContainEqual({
        field,
        problem: 'unknown-field',
      });
  });

  it('with its checksums made anew: the signature is named', async () => {
    const { checksums: _old, ...others } = changeLeaf(
      signed,
      'controllers.0.places.0.datasets.1.dataset',
      'licence',
    );

    expect(await problemsOf(reencode({ ...others, checksums: fieldChecksums(others) }))).toEqual([
      { field: 'signature', problem: 'signature-wrong-signature' },
    ]);
  });

  it('with checksums taken away, or another: they are named', async () => {
    const checksums = String(signed['checksums']);

    expect(await problemsOf(reencode({ ...signed, checksums: checksums.slice(6) }))).toContainEqual({
      ...{ field: 'checksums', problem: 'checksum-differs' },
    });
    expect(await problemsOf(reencode({ ...signed, checksums: `x${checksums.slice(1)}` }))).toContainEqual({
      // The first in canonical order.
      ...{ field: 'concludedAt', problem: 'checksum-differs' },
    });
  });

  it('whatever character of the JWS is another, something is named', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=!\u0000';
    const anywhere = fc.nat(jws.length - 1);
    const ends = fc.constantFrom(
      ...[0, header.length - 1, header.length, header.length + 1, header.length + payload.length],
      ...[header.length + payload.length + 1, jws.length - 1],
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(anywhere, ends), fc.nat(alphabet.length - 1), async (at, pick) => {
        const character = alphabet.charAt(pick);
        fc.pre(jws[at] !== character);
        const problems = await problemsOf(jws.slice(0, at) + character + jws.slice(at + 1));
        expect(problems.length).toBeGreaterThan(0);
        expect(problems.every(({ field }) => field !== '')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('spelled otherwise, though the same bytes: the part is named', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave four bits of the last character unused.
    const last = alphabet.indexOf(signature.at(-1) ?? '');
    const respelled = `${header}.${payload}.${signature.slice(0, -1)}${alphabet[last + 1] ?? ''}`;

    expect(await problemsOf(respelled)).toEqual([{ field: 'signature', problem: 'encoding' }]);
  });

  it('cut off anywhere, or with something after it: something is named', async () => {
    for (const end of [
      0,
      1,
      header.length,
      header.length + 1,
      header.length + payload.length,
      jws.length - 1,
    ])
      expect((await problemsOf(jws.slice(0, end))).length).toBeGreaterThan(0);
    for (const more of ['A', '.', `.${signature}`, '\n', '='])
      expect((await problemsOf(jws + more)).length).toBeGreaterThan(0);
  });
});

describe('A19: the signature of a receipt', () => {
  const by = (signer: typeof key, typ: StatementKind, at = iat) =>
    signJws(signer, { typ, payload: statement.payload, iat: at });

  it('of another typ is refused', async () => {
    expect(await problemsOf(await by(key, 'data-rights-bundle+jws'))).toEqual([
      { field: 'header.typ', problem: 'signature-wrong-typ' },
    ]);
    expect(await problemsOf(await by(key, 'data-rights-task+jwt'))).toEqual([
      { field: 'header.typ', problem: 'signature-wrong-typ' },
    ]);
  });

  it('by an unknown key is refused', async () => {
    const eve = await fakeSigningKey('evidence');

    const verdict = await verifyReceipt(await by(eve, 'data-rights-receipt+jwt'), jwks);

    expect(verdict.problems).toEqual([{ field: 'header.kid', problem: 'signature-unknown-key' }]);
    expect(verdict.fingerprint).toBeUndefined();
  });

  it('by a key that signs commands is refused', async () => {
    const tasks = await fakeSigningKey('tasks');

    expect(
      await problemsOf(await by(tasks, 'data-rights-receipt+jwt'), { keys: [key.jwk, tasks.jwk] }),
    ).toEqual([{ field: 'header.kid', problem: 'signature-key-not-for-typ' }]);
  });

  it('dated before its key, or after it, is refused', async () => {
    const keyOf = (changes: Partial<typeof key.jwk>) => ({ keys: [{ ...key.jwk, ...changes }] });
    const refused = [{ field: 'header.iat', problem: 'signature-key-not-valid-at-iat' }];

    expect(await problemsOf(jws, keyOf({ validFrom: '2026-11-25T20:15:08.000Z' }))).toEqual(refused);
    expect(await problemsOf(jws, keyOf({ validUntil: '2026-11-25T20:15:06.000Z' }))).toEqual(refused);
    expect(await problemsOf(jws, keyOf({ validFrom: '2026-11-25T20:15:07.000Z' }))).toEqual([]);
  });

  it('dated before the end of what it states is named', async () => {
    expect(await problemsOf(await signReceipt(content, iat - 1))).toEqual([
      { field: 'header.iat', problem: 'signed-before-its-end' },
    ]);
  });

  it.each(['none', 'HS256', 'RS256'])('with alg %s is refused', async (alg) => {
    const text = Buffer.from(statement.payload).toString('utf8');

    expect(await problemsOf(forge(text, { alg, kid: key.kid, typ: statement.typ, iat }))).toEqual([
      { field: 'header', problem: 'signature-malformed' },
    ]);
  });
});

describe('A6: what the issuer itself signed and should not have', () => {
  const checked = (value: object): string =>
    canonicalize({ ...value, checksums: fieldChecksums(value) }) ?? '';

  it('sums that do not add up are named', async () => {
    expect(await problemsOf(forge(checked(exampleWith({}, { found: 9 }))))).toEqual([
      { field: 'controllers.0.places.0.datasets.0', problem: 'sum-differs' },
    ]);
  });

  it('dates out of order are named', async () => {
    expect(
      await problemsOf(forge(checked(exampleWith({ keysDestroyedAt: '2026-11-25T20:15:08.000Z' })))),
    ).toContainEqual({
      field: 'controllers.0.places.0.keysDestroyedAt',
      problem: 'times-out-of-order',
    });
  });

  it('a name twice in the JSON, of which each parser takes another, is named', async () => {
    const text = Buffer.from(statement.payload).toString('utf8').replace('{', '{"version":2,');

    expect(await problemsOf(forge(text))).toEqual([{ field: 'payload', problem: 'not-canonical' }]);
  });

  it.each(['', '[]', 'null', '"text"', '{', '{"a":\u0001}', '['.repeat(100_000)])(
    'what is no receipt is named: %j',
    async (text) => {
      const problems = await problemsOf(forge(text));

      expect(problems.length).toBeGreaterThan(0);
    },
  );
});

describe('npm run verify-receipt', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'receipt-'));
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });
  const file = path.join(scratch, 'receipt.jws');
  const keysFile = path.join(scratch, 'keys.json');
  const page = path.join(scratch, 'receipt.html');
  writeFileSync(keysFile, JSON.stringify(jwks));
  const run = (receipt: string, ...args: string[]) => {
    writeFileSync(file, receipt);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['functions/command/verify-receipt.ts', ...args],
      {
        encoding: 'utf8',
      },
    );
    return { status, output: stdout + stderr };
  };

  it('A6: says what is stated, by which key, whose it is, and exits with 0', () => {
    const { status, output } = run(
      `${jws}\n`,
      file,
      '--keys',
      keysFile,
      '--salt',
      salt,
      '--identifier',
      'zofia.n@example.net',
    );

    expect(output).toContain(
      `signed by    ${key.kid} (SHA-256 thumbprint of the key), 2026-11-25T20:15:07.000Z`,
    );
    expect(output).toContain(`hash ${statement.contentHash}`);
    expect(output).toContain(`${requestId}: erasure, Art. 17(1)(b) GDPR`);
    expect(output).toContain('    device                 found 41 = erased 41 + retained 0 + residual 0');
    expect(output).toContain('kept by data-map, Art. 17(3)(e) GDPR, review 2029-11-25');
    expect(output).toContain('vault: erased, keys destroyed 2026-11-25T20:00:05.120Z');
    expect(output).toContain('vault: withheld, needs-level-2');
    expect(output).toContain('vendor-scanned: Proved');
    expect(output).toContain('keys              2026-11-26T20:15:05.120Z');
    expect(output).toContain('subject      the given identifier');
    expect(output).toContain('verified: unchanged, signed by a key of the given set, sums and dates agree');
    expect(status).toBe(0);
  });

  it('names what fails, shows nothing of what is not verified, and exits with 1', () => {
    const { status, output } = run(
      reencode(changeLeaf(signed, 'controllers.0.places.0.datasets.0.erased', 0)),
      ...[file, '--keys', keysFile, '--page', page],
    );

    expect(output).toContain('FAILED       signature: does not fit the receipt');
    expect(output).toContain('FAILED       controllers.0.places.0.datasets.0.erased: changed');
    expect(output).toContain(
      'FAILED       controllers.0.places.0.datasets.0: found is not erased + retained + residual',
    );
    expect(output).toContain('not verified: 3 problems');
    expect(output).not.toContain('Example Plugins');
    expect(() => readFileSync(page)).toThrow('ENOENT');
    expect(status).toBe(1);
  });

  it('refuses the salt of another person', () => {
    const { status, output } = run(
      jws,
      file,
      '--keys',
      keysFile,
      '--salt',
      salt,
      '--identifier',
      'jonas@example.net',
    );

    expect(output).toContain('FAILED       subject.hash: not of this identifier with this salt');
    expect(status).toBe(1);
  });

  it('writes the page of a verified receipt', () => {
    const { status } = run(jws, file, '--keys', keysFile, '--page', page, '--language', 'de');

    expect(readFileSync(page, 'utf8')).toContain('Nachweis über die Löschung Ihrer Daten');
    expect(status).toBe(0);
  });

  it('never prints what a field would do to a terminal', () => {
    const name = `\u001b[2J\u202e${'x'.repeat(1_000)}`;
    const { output } = run(forge(JSON.stringify({ [name]: 1 })), file, '--keys', keysFile);

    expect(output).toMatch(/FAILED {7}\\u\{1b\}\[2J\\u\{202e\}x{282,284}: a field that no receipt has/);
    expect(output).not.toContain('\u001b');
  });

  it.each([
    ['no arguments', []],
    ['no keys', [file]],
    ['an unknown option', [file, '--key', keysFile]],
    ['a salt without identifier', [file, '--keys', keysFile, '--salt', salt]],
    ['a language that is none of ours', [file, '--keys', keysFile, '--language', 'xx']],
    ['keys that are none', [file, '--keys', file]],
    ['keys that are not there', [file, '--keys', 'nowhere.json']],
    ['a receipt that is not there', ['nowhere.jws', '--keys', keysFile]],
    [
      'a page that cannot be written',
      [file, '--keys', keysFile, '--page', path.join(scratch, 'no', 'page.html')],
    ],
  ])('says in a sentence what is wrong with %s, and exits with 1', (_title, args) => {
    const { status, output } = run(jws, ...args);

    expect(status).toBe(1);
    expect(output).not.toContain('    at ');
    expect(output).not.toBe('');
  });
});
