import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { promisify } from 'node:util';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { queryAll, type Table } from '#shared/aws/table.ts';
import type { IncomingCall } from '#shared/http/incoming-call.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { addKey } from '#shared/sites/add-key.ts';
import { enrolSite, type Enrolled, type EnrolmentStatement } from '#shared/sites/enrol-site.ts';
import { instructionsStatement } from '#shared/sites/instructions.ts';
import { revokeKey } from '#shared/sites/revoke-key.ts';
import { readController, readSite } from '#shared/sites/site-store.ts';
import { verifySiteCall, type SiteGate } from '#shared/sites/verify-site-call.ts';
import { createTable } from '#test/support/engine-table.ts';
import { signCall, type SiteCredentials } from '#test/support/site-client.ts';

const run = promisify(execFile);
const host = 'shop.example.net';
let gate: SiteGate & { ledger: Table };

beforeAll(async () => {
  const kms = kmsClient();
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
  );
  gate = {
    kms,
    siteAuthKeyId: KeyMetadata?.KeyId ?? '',
    sites: await createTable('sites'),
    ephemeral: await createTable('ephemeral'),
    ledger: await createTable('ledger'),
    publicOrigin: 'https://rights.example',
  };
});

/** The command as an operator runs it. */
async function command(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = { ...process.env, ...clientEnvironment(inject('engine')), SITES_TABLE_NAME: gate.sites.name };
  try {
    return {
      ...(await run(process.execPath, ['functions/command/enrolment-code.ts', ...args], { env })),
      code: 0,
    };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

const makeCode = async (...args: string[]): Promise<string> =>
  (await command('--stage', 'local', '--host', host, ...args)).stdout.trim();

const state = (code: string, change: Partial<EnrolmentStatement> = {}): EnrolmentStatement => ({
  code,
  platform: 'wordpress',
  siteUrl: `https://${host}/`,
  installationId: 'installation-1',
  controller: { name: 'Shop', contactEmail: 'p@shop.example.net', country: 'DE', timeZone: 'Europe/Berlin' },
  instructions: instructionsStatement.parse({ access: 'auto', portability: 'auto' }),
  ...change,
});

const enrol = (statement: EnrolmentStatement): Promise<Enrolled> =>
  enrolSite(gate, statement, { siteId: uuidv7(), keyId: uuidv7(), now: new Date() });

function arrive(credentials: SiteCredentials, body = '{"a":1}'): IncomingCall {
  const url = `${gate.publicOrigin}/v1/records`;
  return {
    method: 'POST',
    path: '/v1/records',
    rawQuery: '',
    headers: signCall(credentials, { method: 'POST', url, body }),
    rawBody: Buffer.from(body),
  };
}

const credentialsOf = ({ key, secret }: Enrolled): SiteCredentials => ({
  keyId: key.keyId,
  algorithm: 'hmac-sha256',
  secret,
});

describe('an enrolment code', () => {
  it('is the only line of the command on stdout; its table keeps the hash alone', async () => {
    const { stdout, stderr, code } = await command('--stage', 'local', '--host', host);

    expect({ stdout, code }).toEqual({
      stdout: expect.stringMatching(/^([0-9A-Z]{8}-){3}[0-9A-Z]{8}\n$/) as string,
      code: 0,
    });
    expect(stderr).toContain(host);
    const { Items } = await gate.sites.client.send(new ScanCommand({ TableName: gate.sites.name }));
    expect(JSON.stringify(Items)).not.toContain(stdout.trim());
    expect(JSON.stringify(Items)).not.toContain(stdout.trim().replaceAll('-', ''));
  });

  it.each([
    [['--stage', 'local'], '--host takes a host name'],
    [['--host', host], 'usage:'],
    [['--stage', 'local', '--host', 'https://a/b'], '--host takes a host name'],
    [['--stage', 'local', '--host', host, '--controller', 'x'], '--controller takes the id'],
    [['--stage', 'local', '--host', host, '--unknown'], 'No code was made'],
  ])('is not made from %j, and one sentence says why', async (args, sentence) => {
    const { stdout, stderr, code } = await command(...args);

    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is made of no call for help: that is told each option, and exits with 0', async () => {
    const { stdout, code } = await command('--help');

    expect(code).toBe(0);
    for (const option of ['NAME', 'HOST', '--vendor', '--controller'])
      expect(stdout).toMatch(new RegExp(`^${option} +\\S`, 'm'));
  });

  it('A27: of ten enrolments at once with one code, one succeeds, and nothing of the others is left', async () => {
    const code = await makeCode();

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => enrol(state(code))));

    const enrolled = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.site] : [],
    );
    expect(enrolled).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'enrolment-refused' });
    }
    const { Items = [] } = await gate.sites.client.send(new ScanCommand({ TableName: gate.sites.name }));
    expect(
      Items.filter((item) => item['controllerId'] === enrolled[0]?.controllerId && item['siteUrl']),
    ).toHaveLength(1);
  });

  it('A27: for the vendor’s back office enrols that alone', async () => {
    const code = await makeCode('--vendor');

    await expect(enrol(state(code))).rejects.toMatchObject({ code: 'enrolment-refused' });
    const { site } = await enrol(state(code, { platform: 'other' }));
    expect(site).toMatchObject({
      vendor: true,
      purposes: expect.arrayContaining(['billing', 'licence']) as string[],
    });
  });

  it('A27: binds a second site to a controller, and changes nothing of what the controller said first', async () => {
    const first = await enrol(state(await makeCode()));
    const { controllerId } = first.site;
    const code = await makeCode('--controller', controllerId);
    const controller = { ...first.site.controller, name: 'YOUR BANK, call us' };

    const second = await enrol(state(code, { controller, information: { recipients: ['Parcel GmbH'] } }));

    expect(second.site.controllerId).toBe(controllerId);
    const standing = await readController(gate.sites, controllerId);
    expect(standing?.name).toBe(first.site.controller.name);
    expect(standing?.information).toBeUndefined();
  });
});

describe('a site', () => {
  it('is known by its signature, once per nonce, and by nobody else’s', async () => {
    const enrolled = await enrol(state(await makeCode()));
    const call = arrive(credentialsOf(enrolled));

    expect(await verifySiteCall(gate, call, new Date())).toMatchObject({
      siteId: enrolled.site.siteId,
      country: 'DE',
    });
    await expect(verifySiteCall(gate, call, new Date())).rejects.toMatchObject({ reason: 'replayed' });

    const other = await enrol(state(await makeCode()));
    const forged = arrive({ ...credentialsOf(enrolled), keyId: other.key.keyId });
    await expect(verifySiteCall(gate, forged, new Date())).rejects.toMatchObject({ reason: 'bad-signature' });
  });

  it('A13: of ten copies of one call at once, one passes', async () => {
    const enrolled = await enrol(state(await makeCode()));
    const call = arrive(credentialsOf(enrolled));

    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => verifySiteCall(gate, call, new Date())),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('changes over from one key to another, and its chain of events holds', async () => {
    // Prepare
    const enrolled = await enrol(state(await makeCode()));
    const { siteId } = enrolled.site;
    const caller = await verifySiteCall(gate, arrive(credentialsOf(enrolled)), new Date());
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

    // Act
    const added = await addKey(
      gate,
      caller,
      { algorithm: 'ed25519', publicKey: raw, scopes: ['collect'] },
      { keyId: uuidv7(), now: new Date() },
    );
    const credentials: SiteCredentials = { keyId: added.key.keyId, algorithm: 'ed25519', privateKey };
    const changed = await verifySiteCall(gate, arrive(credentials), new Date());
    await revokeKey(gate, changed, enrolled.key.keyId, new Date());
    await revokeKey(gate, changed, enrolled.key.keyId, new Date());

    // Assess
    await expect(verifySiteCall(gate, arrive(credentialsOf(enrolled)), new Date())).rejects.toMatchObject({
      reason: 'key-revoked',
    });
    await expect(revokeKey(gate, changed, added.key.keyId, new Date())).rejects.toMatchObject({
      code: 'last-key',
    });
    const chain = await readChain(gate.ledger, `S#${siteId}`);
    expect(chain.map(({ type }) => type)).toEqual(['site-enrolled', 'site-key-added', 'site-key-revoked']);
    expect(findBreak(chain)).toBeUndefined();
    expect((await readSite(gate.sites, siteId))?.ledgerHead).toEqual({ seq: 3, hash: chain.at(-1)?.hash });
  });

  it('has at most two keys, however many are asked for at once', async () => {
    const enrolled = await enrol(state(await makeCode()));
    const caller = await verifySiteCall(gate, arrive(credentialsOf(enrolled)), new Date());

    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        addKey(
          gate,
          caller,
          { algorithm: 'hmac-sha256', scopes: ['collect'] },
          { keyId: uuidv7(), now: new Date() },
        ),
      ),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await readSite(gate.sites, caller.siteId))?.keyIds).toHaveLength(2);
  });

  it('keeps one key when both are revoked at once', async () => {
    const enrolled = await enrol(state(await makeCode()));
    const caller = await verifySiteCall(gate, arrive(credentialsOf(enrolled)), new Date());
    const wish = { algorithm: 'hmac-sha256', scopes: ['collect'] } as const;
    const { key } = await addKey(gate, caller, wish, { keyId: uuidv7(), now: new Date() });

    const outcomes = await Promise.allSettled(
      [enrolled.key.keyId, key.keyId].map((keyId) => revokeKey(gate, caller, keyId, new Date())),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await readSite(gate.sites, caller.siteId))?.keyIds).toHaveLength(1);
  });

  it('A18: stores no secret in any table', async () => {
    const { secret, key } = await enrol(state(await makeCode()));

    const rows = [
      await queryAll(gate.sites, `K#${key.keyId}`),
      (await gate.ledger.client.send(new ScanCommand({ TableName: gate.ledger.name }))).Items,
      (await gate.sites.client.send(new ScanCommand({ TableName: gate.sites.name }))).Items,
    ];

    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
