import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldChecksums } from '#shared/receipts/field-checksums.ts';
import { verifyReceipt, type ReceiptProblem } from '#shared/receipts/verify-receipt.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import type { StatementKind } from '#shared/signing/statement-kinds.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import { exampleWith, iat, jwks, key, salt, signReceipt } from './example-receipt.ts';
import {
  content,
  forge,
  header,
  jws,
  payload,
  reencode,
  signature,
  signed,
  statement,
} from './forged-receipt.ts';
import { changeLeaf, leavesOf } from './leaves.ts';

const problemsOf = async (receipt: string, keys = jwks): Promise<readonly ReceiptProblem[]> =>
  (await verifyReceipt(receipt, keys)).problems;
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
