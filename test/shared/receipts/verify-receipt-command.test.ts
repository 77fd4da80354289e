import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import { exampleContent, iat, jwks, key, requestId, salt, signReceipt } from './example-receipt.ts';
import { forge, jws, reencode, signed, statement } from './forged-receipt.ts';
import { changeLeaf } from './leaves.ts';

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
    expect(output).toContain('issuer       Example Plugins GmbH; by its own word, as is the next line');
    expect(output).toContain('publishes its keys at https://rights.example.com/v1/keys; whose address');
    expect(output).toContain(`hash ${statement.contentHash}`);
    expect(output).toContain(`${requestId}: erasure, Art. 17(1)(b) GDPR`);
    expect(output).toContain('    device                 found 41 = erased 41 + retained 0 + residual 0');
    expect(output).toContain('kept by data-map, Art. 17(3)(e) GDPR, review 2029-11-25');
    expect(output).toContain('vault: erased, keys destroyed 2026-11-25T20:00:05.120Z');
    expect(output).toContain('vault: withheld, needs-level-2: left as it was, remains in use');
    expect(output).not.toContain('nothing was erased');
    // Of the place where something was erased, and of no other.
    expect(output.match(/vendor-scanned: Proved/g)).toHaveLength(1);
    expect(output).toContain('vendor-scanned: Counted by the issuer');
    expect(output).toContain('keys              2026-11-26T20:15:05.120Z by service');
    expect(output).toMatch(/ledger +2030-02-05T00:00:00.000Z by person +Art\. 17/);
    expect(output).toContain('subject      the given identifier');
    expect(output).toContain('verified: unchanged, signed by a key of the given set, sums and dates agree');
    expect(status).toBe(0);
  });

  it('G09: says so where nothing was erased', async () => {
    const controllers = exampleContent().controllers.slice(1);
    const { status, output } = run(
      await signReceipt(exampleContent({ controllers })),
      ...[file, '--keys', keysFile],
    );

    expect(output).toContain('result       nothing was erased');
    expect(output).not.toContain('kept by');
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

  it('A19: names the key that is looked for, the time that is stated, and what to do, where the key set is an older one', async () => {
    const newer = await fakeSigningKey('evidence');
    const { status, output } = run(
      await signReceipt(exampleContent(), iat, newer),
      ...[file, '--keys', keysFile],
    );

    expect(output).toBe(
      [
        'FAILED       header.kid: made by a key that is not in the key set',
        `             it names the key ${newer.kid}, and says that it was signed at 2026-11-25T20:15:07.000Z`,
        '             a key set saved before that time can lack the key: take the set of today from the issuer (GET /v1/keys)',
        'not verified: 1 problem\n',
      ].join('\n'),
    );
    expect(status).toBe(1);
  });

  it('never prints what the name of an unknown key would do to a terminal', () => {
    const text = Buffer.from(statement.payload).toString('utf8');
    const kid = `\u001b[2J${'x'.repeat(1_000)}`;
    const { output } = run(
      forge(text, { alg: 'ES256', kid, typ: statement.typ, iat: Number.MAX_SAFE_INTEGER }),
      ...[file, '--keys', keysFile],
    );

    expect(output).toContain(
      `it names the key ??2J${'x'.repeat(39)}, and says that it was signed at no time that there is`,
    );
    expect(output).not.toContain('\u001b');
  });

  it('A6: names a controller, a dataset and a copy that were taken out', () => {
    const entriesOf = (value: unknown): unknown[] => value as unknown[];
    const withoutShop = { ...signed, controllers: entriesOf(signed['controllers']).slice(1) };
    const copies = entriesOf(signed['remainingCopies']) as { what: string }[];
    const withoutLogs = { ...signed, remainingCopies: copies.filter(({ what }) => what !== 'logs') };
    const verify = (value: object) => run(reencode(value), file, '--keys', keysFile).output;

    expect(verify(withoutShop)).toContain(
      'FAILED       controllers.0: missing: it was signed, and was taken out\nnot verified: 2 problems',
    );
    expect(verify({ ...signed, controllers: [] })).toContain('FAILED       controllers.0: missing\n');
    expect(verify(withoutLogs)).toContain('(logs): missing: it was signed, and was taken out\n');
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

  it.each(['--help', '-h'])('tells its usage on %s, and exits with 0', (flag) => {
    const { status, output } = run(jws, flag);

    expect(output).toContain('usage: npm run verify-receipt -- FILE --keys JWKS');
    expect(output).toContain('IDENTIFIER  ');
    expect(status).toBe(0);
  });

  it.each([
    ['no receipt', ['--keys', keysFile], 'One receipt is wanted'],
    ['no keys', [file], '--keys is missing'],
    [
      'an identifier without salt',
      [file, '--keys', keysFile, '--identifier', 'a@example.net'],
      '--identifier needs --salt',
    ],
    ['a salt without identifier', [file, '--keys', keysFile, '--salt', salt], '--salt needs --identifier'],
    ['an option without value', [file, '--keys'], "Option '--keys <value>' argument missing\n"],
    [
      'keys that are not there',
      [file, '--keys', 'nowhere.json'],
      'nowhere.json cannot be read: there is no such file\n',
    ],
    ['keys that are a folder', [file, '--keys', scratch], 'cannot be read: it is a folder\n'],
    ['keys that are none', [file, '--keys', file], 'receipt.jws is not a set of public keys (JWKS)\n'],
    [
      'a receipt that is not there',
      ['nowhere.jws', '--keys', keysFile],
      'nowhere.jws cannot be read: there is no such file\n',
    ],
  ])('says that it was given %s', (_title, args, sentence) => {
    expect(run(jws, ...args)).toMatchObject({
      status: 1,
      output: expect.stringContaining(sentence) as unknown,
    });
  });

  it.each([
    ['a bundle', 'PK\u0003\u0004…', 'is not a receipt but a ZIP: npm run verify-bundle verifies bundles'],
    ['a page', '<!doctype html>', 'is not a receipt, which is a JWS in compact form and begins with eyJ'],
    ['an empty file', '', 'is not a receipt, which is a JWS in compact form and begins with eyJ'],
  ])('says in one line that it was given %s', (_title, given, sentence) => {
    expect(run(given, file, '--keys', keysFile)).toEqual({ status: 1, output: `${file} ${sentence}\n` });
  });

  it.each(['-', '--'])('takes a salt that begins with %s for a salt', (dashes) => {
    const dashed = `${dashes}${salt.slice(dashes.length)}`;
    const { output } = run(
      jws,
      file,
      '--keys',
      keysFile,
      '--salt',
      dashed,
      '--identifier',
      'zofia.n@example.net',
    );

    expect(output).toContain('FAILED       subject.hash: not of this identifier with this salt');
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
