import { beforeAll, describe, expect, it } from 'vitest';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { enrolSite, postJson, refusal } from '#test/support/site.ts';
import {
  accountRecord,
  askForCode,
  codeIn,
  fileRequest,
  getOwn,
  giveConsent,
  makePerson,
  proveWith,
  readOutbox,
  sendRecords,
  stayWithinTheHour,
  submit,
  submitAndProve,
  waitForCode,
  type Submitted,
} from '#test/support/person.ts';
import { stackTable } from '#test/support/stored.ts';

const person = makePerson('codes');
beforeAll(async () => {
  await stayWithinTheHour(60);
  const site = await enrolSite();
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person)]);
});

const wrongCode = '00000-00000';
const refused = '403 not-proven';
const token = { token: expect.stringMatching(/^[\w-]{43}$/) as string, level: 1 };
const guess = async (submitted: Submitted, code = wrongCode): Promise<string> =>
  refusal(await proveWith(submitted, code));
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a code', () => {
  it('P16: is taken as people type it, proves once, and no second time', async () => {
    const { email } = makePerson('types');
    const submitted = await submit(email);
    const code = await waitForCode(email, submitted);

    const typed = await proveWith(submitted, ` ${code.toLowerCase().replace('-', ' ')} `);

    expect(typed).toMatchObject({ status: 200, body: token });
    expect(await guess(submitted, code)).toBe(refused);
  });

  it('A17: is good for its own request only', async () => {
    const { email } = makePerson('two');
    const [one, two] = [await submit(email), await submit(email, 'portability')];
    const [codeOne, codeTwo] = [await waitForCode(email, one), await waitForCode(email, two)];

    expect(await guess(two, codeOne)).toBe(refused);
    expect(await guess(one, codeTwo)).toBe(refused);
    expect((await proveWith(one, codeOne)).status).toBe(200);
    expect((await proveWith(two, codeTwo)).status).toBe(200);
  });

  it('A21: fails after five wrong guesses, the right one included; the fifth try still counts', async () => {
    const [a, b] = [makePerson('four').email, makePerson('five').email];
    const [four, five] = [await submit(a), await submit(b)];
    const [codeFour, codeFive] = [await waitForCode(a, four), await waitForCode(b, five)];

    for (const _ of times(4)) expect(await guess(four)).toBe(refused);
    for (const _ of times(5)) expect(await guess(five)).toBe(refused);

    expect((await proveWith(four, codeFour)).status).toBe(200);
    expect(await guess(five, codeFive)).toBe(refused);
    expect((await askForCode(five)).status).toBe(202);
    expect((await proveWith(five, await waitForCode(b, five, 2))).status).toBe(200);
  });

  it('A21: parallel guesses share five tries; then the right one fails', async () => {
    const { email } = makePerson('spray');
    const submitted = await submit(email);
    const code = await waitForCode(email, submitted);

    const guesses = await Promise.all(times(30).map((number) => guess(submitted, `00000-000${10 + number}`)));

    expect(new Set(guesses)).toEqual(new Set([refused]));
    expect(await guess(submitted, code)).toBe(refused);
  });

  it('is void once a fresh one was sent', async () => {
    const { email } = makePerson('fresh');
    const submitted = await submit(email);
    const old = await waitForCode(email, submitted);
    await askForCode(submitted);
    const fresh = await waitForCode(email, submitted, 2);

    expect(await guess(submitted, old)).toBe(refused);
    expect((await proveWith(submitted, fresh)).status).toBe(200);
  });
});

describe('A21: codes to one address', () => {
  it('are three an hour, over all its requests; beyond, the answer is the same and nothing is sent', async () => {
    const { email } = makePerson('limit');
    const first = await submit(email);
    await askForCode(first);
    const third = await fileRequest(email);
    const fourth = await fileRequest(email);
    const fifth = await askForCode(first);

    expect([third.status, fourth.status, fifth.status]).toEqual([202, 202, 202]);
    expect(Object.keys(fourth.body as object)).toEqual(Object.keys(third.body as object));
    await waitForCode(email, third.body as Submitted);
    await waitForCode(email, first, 2);
    // The code of somebody who asks later has come: what was to be sent before has been.
    const { email: later } = makePerson('later');
    await waitForCode(later, await submit(later));
    const codes = (await readOutbox(email)).filter(({ text }) => codeIn(text) !== '');
    expect(codes).toHaveLength(3);
    expect(codes.some(({ text }) => text.includes((fourth.body as Submitted).requestId))).toBe(false);
  });
});

describe('A30: a request token', () => {
  it('lapses after half an hour, is renewed by a fresh code, and the old one stays dead', async () => {
    const request = await submitAndProve(person.email);
    expect((await getOwn(request)).status).toBe(200);

    await stackTable('Requests').client.send(
      new UpdateCommand({
        TableName: stackTable('Requests').name,
        Key: { pk: `R#${request.requestId}`, sk: 'TOKEN' },
        UpdateExpression: 'SET expiresAt = :past',
        ExpressionAttributeValues: { ':past': new Date(Date.now() - 1_000).toISOString() },
      }),
    );

    expect(refusal(await getOwn(request))).toBe('401 token-invalid');
    await askForCode(request);
    const renewed = await proveWith(request, await waitForCode(person.email, request, 2));
    expect(renewed).toMatchObject({ status: 200, body: token });
    const fresh = { ...request, token: (renewed.body as { token: string }).token };
    expect((await getOwn(fresh)).status).toBe(200);
    expect(refusal(await getOwn(request))).toBe('401 token-invalid');
  });

  it('A17: speaks for its own request only, and only as a bearer token', async () => {
    const [one, two] = [
      await submitAndProve(makePerson('a').email),
      await submitAndProve(makePerson('b').email),
    ];

    const start = (headers: Record<string, string>) =>
      postJson(`/v1/subject/requests/${two.requestId}/start`, { controllers: 'all' }, headers);

    expect(refusal(await getOwn({ ...two, token: one.token }))).toBe('401 token-invalid');
    expect(refusal(await start({ authorization: `Bearer ${one.token}` }))).toBe('401 token-invalid');
    expect(refusal(await start({ authorization: two.token }))).toBe('401 token-invalid');
    expect(refusal(await start({ cookie: `token=${two.token}` }))).toBe('401 token-invalid');
    expect(refusal(await start({}))).toBe('401 token-invalid');
  });
});
