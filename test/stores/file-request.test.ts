import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getItem, queryAll } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readContact } from '#shared/requests/contact.ts';
import { fileBySubject } from '#shared/requests/file-request.ts';
import { readMessage } from '#shared/requests/messages-outbox.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import { destroyKey } from '#test/support/erasure.ts';
import {
  browserSecret,
  fileForEmail,
  fileInSession,
  makeRequestWorld,
  requireRequest,
  seat,
} from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const now = new Date('2027-06-15T12:00:00.000Z');
const chain = () => readChain(world.ledger, `R#${requestId}`);

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  requestId = await fileForEmail(world, now, { codeId: 'code-1' });
});

describe('a request by e-mail', () => {
  it('G02, G08: begins with its event and its due date, waits to lapse, and asks for its code', async () => {
    const request = await requireRequest(world, requestId);

    expect(request).toMatchObject({
      state: 'awaiting-identity',
      version: 1,
      attempt: 1,
      dueAt: '2027-07-15T21:59:59.000Z',
      dueOn: '2027-07-15',
    });
    expect(await chain()).toMatchObject([
      {
        seq: 1,
        type: 'submitted',
        actor: 'subject',
        facts: { right: 'access', channel: 'subject', identifierKind: 'email' },
      },
    ]);
    expect(request.ledger).toEqual({ seq: 1, hash: (await chain())[0]?.hash });
    expect(await readMessage(world.requests, requestId, 'code-1')).toMatchObject({
      kind: 'code',
      state: 'pending',
    });
    expect(await getItem(world.requests, requestKey(requestId, 'META'))).toMatchObject({
      workPk: expect.stringMatching(/^lapse#[0-3]$/) as string,
      workSk: `2027-06-29T12:00:00.000Z#${requestId}`,
    });
  });

  it('A18: keeps the address under its own key alone, and no secret as it was given', async () => {
    const rows = JSON.stringify([await queryAll(world.requests, `R#${requestId}`), await chain()]);

    expect(rows).not.toMatch(/alice@|browser-secret/);
    expect(rows).not.toContain(browserSecret);
    expect(await readContact(world.requests, world.vault, requestId)).toEqual({ email: 'alice@example.org' });

    await destroyKey(world.vault.keys, `R#${requestId}`, 'request');
    expect(await readContact(world.requests, world.vault, requestId)).toBeUndefined();
  });

  it('A21: beyond the limit files the same, and asks for no message', async () => {
    const quiet = await fileForEmail(world, now);

    expect(await queryAll(world.requests, `R#${quiet}`, 'MSG#')).toEqual([]);
    expect(await requireRequest(world, quiet)).toMatchObject({ state: 'awaiting-identity' });
  });

  it('is not filed without its key', async () => {
    const filing = { requestId: uuid(), right: 'access' as const, email: 'a@b.example', identifierHash: 'h' };
    const filed = fileBySubject(world, world.vault, { ...filing, browserSecret, language: 'en', seat, now });

    await expect(filed).rejects.toMatchObject({ name: 'RequestKeyMissing' });
    expect(await readRequest(world, filing.requestId)).toBeUndefined();
  });

  it('from a session holds site and method, and has no address of its own', async () => {
    const own = await fileInSession(world, now, { method: 'passkey' });

    expect((await readChain(world.ledger, `R#${own}`))[0]).toMatchObject({
      actor: 'site',
      facts: { right: 'access', channel: 'site', siteId: 'site-1', method: 'passkey' },
    });
    expect(await readContact(world.requests, world.vault, own)).toBeUndefined();
  });
});
