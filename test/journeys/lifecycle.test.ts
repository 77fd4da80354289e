import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, refusal } from '#test/support/site.ts';
import {
  accountRecord,
  askForCode,
  askForLink,
  giveConsent,
  makePerson,
  proveWith,
  readOwn,
  sendRecords,
  start,
  stayWithinTheHour,
  submit,
  submitAndProve,
  waitForCode,
  waitForEnd,
  waitForMail,
  withdraw,
  type Proven,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';
import { stackTable } from '#test/support/stored.ts';

const [person, german, robbed] = [makePerson('runs'), makePerson('liest'), makePerson('robbed')];
beforeAll(async () => {
  await stayWithinTheHour(60);
  const site = await enrolSite();
  await Promise.all(
    [person, german, robbed].map(async (one) => {
      await giveConsent(site, one);
      await sendRecords(site, one, [accountRecord(one)]);
    }),
  );
});

const rowOf = ({ requestId }: { requestId: string }, sk: string) => ({ pk: `R#${requestId}`, sk });
const change = (Key: Record<string, string>, UpdateExpression: string, value: string): Promise<unknown> => {
  const { client, name } = stackTable('Requests');
  const ExpressionAttributeValues = { ':value': value };
  return client.send(
    new UpdateCommand({
      ...{ TableName: name, Key, UpdateExpression, ExpressionAttributeValues },
      ...(UpdateExpression.includes('#state') && { ExpressionAttributeNames: { '#state': 'state' } }),
    }),
  );
};

describe('a request', () => {
  it('is withdrawn before it is started, and then nothing revives it', async () => {
    const request = await submitAndProve(person.email);

    expect(await withdraw(request)).toMatchObject({ status: 200, body: { status: 'withdrawn' } });

    expect(refusal(await start(request))).toBe('409 wrong-state');
    expect((await withdraw(request)).status).toBe(200);
    expect(refusal(await askForLink(request))).toBe('409 not-ready');
    expect(await readOwn(request)).toMatchObject({ status: 'withdrawn', controllers: [{}] });
  });

  it('P16: is started once, by a proof that is used with it, and not withdrawn any more', async () => {
    const request = await submitAndProve(person.email);
    expect(refusal(await askForLink(request))).toBe('409 not-ready');

    const starts = await Promise.all([start(request), start(request)]);

    expect(starts.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(refusal(await withdraw(request))).toBe('409 wrong-state');
    expect(refusal(await start(request))).toBe('409 wrong-state');
    const own = await waitForEnd(request);
    expect(own).toMatchObject({ status: 'fulfilled', bundle: { linksLeft: 5, count: 1 } });
    expect(own).toMatchObject({
      places: [{ place: 'vault', status: 'done', assurance: 'vendor-scanned' }],
    });
    expect(refusal(await withdraw(request))).toBe('409 wrong-state');
  });

  it('P16: needs a proof that has not lapsed; a fresh code makes one', async () => {
    const { email } = makePerson('waits');
    const request = await submitAndProve(email);
    await change(rowOf(request, 'PROOF'), 'SET expiresAt = :value', new Date().toISOString());

    expect(refusal(await start(request))).toBe('409 wrong-state');
    await askForCode(request);
    const renewed = await proveWith(request, await waitForCode(email, request, 2));
    const { token } = renewed.body as { token: string };
    expect((await start({ ...request, token })).status).toBe(202);
    expect(await waitForEnd({ ...request, token })).toMatchObject({ status: 'fulfilled' });
  });

  it('G07: speaks German to who asks in German', async () => {
    const request = await submitAndProve(german.email, 'access', 'de');
    await start(request);
    await waitForEnd(request);

    await waitForMail(german.email, /Wir bearbeiten Ihre Anfrage/);
    const ready = await waitForMail(german.email, /Fehlt etwas oder ist etwas falsch/);
    expect(ready).toMatchObject({ subject: 'Ihre Daten liegen bereit' });
    const index = (await fetchBundle(request)).text('data/index.html');
    expect(index).toMatch(/^<!doctype html>\s*<html lang="de">/i);
    expect(index).toContain('<dt>Eingegangen</dt>');
  });
});

describe('A17: whoever can write the rows of requests, but make no proof', () => {
  it('gets nothing out: the workflow verifies the proof before it looks anything up', async () => {
    const submitted = await submit(robbed.email);
    const token = 'f'.repeat(43);
    const forged: Proven = { ...submitted, token };
    const { client, name } = stackTable('Requests');
    const put = (sk: string, values: Record<string, unknown>): Promise<unknown> =>
      client.send(new PutCommand({ TableName: name, Item: { ...rowOf(submitted, sk), ...values } }));
    const provenAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const mac = createHash('sha256').update('not made by verify').digest('base64url');
    await put('TOKEN', { hash: createHash('sha256').update(token).digest('base64url'), expiresAt });
    await put('PROOF', { level: 2, method: 'email-code', provenAt, expiresAt, mac });
    await change(rowOf(submitted, 'META'), 'SET #state = :value', 'verified');

    expect((await start(forged)).status).toBe(202);

    const own = await waitForEnd(forged);
    expect(own.status).toBe('needs-attention');
    expect(own.bundle).toBeUndefined();
    expect(refusal(await askForLink(forged))).toBe('409 not-ready');
  });
});
