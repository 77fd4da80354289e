import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { enrolSite, getJson, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  askForLink,
  exercise,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  supportRecord,
  type Proven,
} from '#test/support/person.ts';
import { fetchBundle, type ReadBundle } from '#test/support/bundle.ts';

const run = promisify(execFile);
const person = makePerson('hostile');
const formula = "=cmd|'/c calc'!A0";
const markup = '<script>alert("x")</script><img src=x onerror=alert(1)>';
let site: TestSite;
let request: Proven;
let bundle: ReadBundle;
let links: unknown[];

beforeAll(async () => {
  const name = `Evil & Sons ${markup}`;
  const controller = { name, contactEmail: 'privacy@evil.example', country: 'DE', timeZone: 'Europe/Berlin' };
  site = await enrolSite({}, { controller, information: { recipients: [markup] } });
  await giveConsent(site, person);
  const data = { email: person.email, firstName: formula, lastName: '@SUM(1)', company: markup };
  await sendRecords(site, person, [
    { ...accountRecord(person), externalId: '../../../etc/passwd', data },
    supportRecord('\t=1+1', 'C:\\Windows\\con.txt'),
    supportRecord('+49 30 1234', 'a/b%00.csv'),
  ]);
  ({ request } = await exercise(person.email));
  bundle = await fetchBundle(request);
  links = [];
  for (const _ of [1, 2, 3, 4, 5]) links.push(await askForLink(request));
});

describe('A29: what a site sent', () => {
  it('never starts a formula in the CSV, and stands unchanged in the JSON', () => {
    const folder = `data/records/vault/${site.controllerId}`;
    const cells = ['account', 'support-case'].flatMap((name) =>
      bundle.text(`${folder}/${name}.csv`).split(/[,\r\n]/),
    );

    expect(cells.filter((cell) => /^"?\s*[=+\-@]/.test(cell))).toEqual([]);
    expect(bundle.text(`${folder}/account.csv`)).toContain(`'${formula}`);
    expect(bundle.records('account')).toMatchObject([{ firstName: formula, lastName: '@SUM(1)' }]);
  });

  it('never names a file', () => {
    const expected =
      /^(?:data\/records\/vault\/[0-9a-f-]{36}\/[a-z-]+\.(?:jsonl|csv)|data\/schemas\/[a-z-]+\.schema\.json|data\/[a-z]+\.(?:json|html)|signature\/[\w.-]+|[a-z0-9-]+\.txt)$/;

    expect(bundle.paths.filter((one) => !expected.test(one))).toEqual([]);
    expect(bundle.paths.filter((one) => one.includes('..'))).toEqual([]);
  });

  it('is text in the pages, not markup', () => {
    for (const page of ['data/index.html', 'data/information.html']) {
      expect(bundle.text(page)).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
      expect(bundle.text(page)).toContain('Evil &amp; Sons &lt;script&gt;');
    }
  });
});

describe('a bundle', () => {
  it('P22 A30: is linked five times for 300 seconds each, and no sixth time', async () => {
    const left = links.map((link) => (link as { body: { linksLeft?: number } }).body.linksLeft);

    expect(left).toEqual([3, 2, 1, 0, undefined]);
    expect(refusal(links[4] as Parameters<typeof refusal>[0])).toBe('409 links-used-up');
    expect(await readOwn(request)).toMatchObject({ status: 'fulfilled', bundle: { linksLeft: 0 } });
    const { url, expiresAt } = (links[0] as { body: { url: string; expiresAt: string } }).body;
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('300');
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
    expect(decodeURIComponent(url)).not.toContain(person.email);
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="data-1\.zip"$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('A30: is not to be had without its signature', async () => {
    const { url } = (links[0] as { body: { url: string } }).body;
    const bare = new URL(url);
    bare.search = '';
    const other = new URL(url);
    other.pathname = other.pathname.replace('/1.zip', '/2.zip');

    const answers = await Promise.all([bare, other].map((one) => fetch(one)));

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('A19: is signed as a bundle, by a key that lists what it may sign', async () => {
    const { keys } = (await getJson('/v1/keys')).body as { keys: Record<string, unknown>[] };
    const jws = bundle.paths.find((one) => one.endsWith('.jws')) ?? '';

    const header = decodeProtectedHeader(bundle.text(jws).trim());

    expect(header).toMatchObject({ typ: 'data-rights-bundle+jws', alg: 'ES256' });
    const [key] = keys.filter(({ kid }) => kid === header.kid);
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' });
    expect(key?.['typ']).toContain('data-rights-bundle+jws');
    for (const { typ } of keys) expect(typ).toEqual(expect.arrayContaining([expect.any(String)]));
    expect(keys.some((one) => 'd' in one)).toBe(false);
  });

  it('A19: is verified offline; one flipped byte is named', async () => {
    const directory = path.join(inject('engine').directory, 'verify');
    await mkdir(directory, { recursive: true });
    const [good, bad, keys] = ['good.zip', 'bad.zip', 'keys.json'].map((name) => path.join(directory, name));
    await writeFile(keys ?? '', JSON.stringify((await getJson('/v1/keys')).body));
    await writeFile(good ?? '', bundle.zip);
    await writeFile(bad ?? '', flipIn(bundle.zip, 'data/request.json'));

    const [first, second] = await Promise.all([good, bad].map((file) => verify(file ?? '', keys ?? '')));

    expect(first).toMatchObject({ code: 0 });
    expect(first?.stdout).toMatch(/signed by\s+[\w-]{43} \(SHA-256 thumbprint/);
    expect(second).toMatchObject({ code: 1 });
    expect(second?.stdout).toContain('data/request.json');
    expect(second?.stdout).not.toContain('data/index.html');
  });
});

type Ended = { code: number; stdout: string };
async function verify(file: string, keys: string): Promise<Ended> {
  const args = ['run', '--silent', 'verify-bundle', '--', file, '--keys', keys];
  try {
    return { code: 0, stdout: (await run('npm', args)).stdout };
  } catch (error) {
    return error as Ended;
  }
}

/** Changes one byte of what the archive holds of a file (local file header: 30 bytes, name, extra field, content). */
function flipIn(zip: Buffer, name: string): Buffer {
  const changed = Buffer.from(zip);
  const end = changed.indexOf(name) + name.length;
  const extraLength = changed.readUInt16LE(changed.lastIndexOf('PK\u0003\u0004', end, 'latin1') + 28);
  const position = end + extraLength + 40;
  changed[position] = (changed[position] ?? 0) ^ 1;
  return changed;
}
