import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireOrderQuota } from '#functions/http/site-requests/wiring.ts';
import { transact } from '#shared/aws/transaction.ts';
import { proveByOrder } from '#shared/identity/prove-by-order.ts';
import { proveBySession } from '#shared/identity/prove-by-session.ts';
import { requireProof, useProof } from '#shared/identity/proof.ts';
import { sendMessage } from '#shared/identity/send-message.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { announceErasure } from '#shared/requests/announce-erasure.ts';
import { writeContact } from '#shared/requests/contact.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { askForMessage } from '#shared/requests/messages-outbox.ts';
import { isOrder, type RequestRecord } from '#shared/requests/request-record.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { makeRequestWorld, requireRequest, seat } from '#test/support/filed-request.ts';
import { senderOf } from '#test/support/message-sender.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import { minutes, now } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const ses = new SESv2Client({ region: 'eu-central-1' });
const sns = new SNSClient({});
const mails = mockClient(ses);
beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  requestId = await file();
});

type SiteChannel = Extract<RequestRecord['channel'], { kind: 'site' }>;
const order = { method: 'controller-order', order: 'subject-wish' } as const;
const session = { authenticatedAt: now.toISOString(), method: 'passkey' };

/** Of a user on whom nothing is held: whom a receipt would be about plays no part here. */
async function file(
  how: Partial<SiteChannel> = order,
  right: 'access' | 'erasure' = 'erasure',
): Promise<string> {
  const id = uuid();
  const channel: SiteChannel = {
    ...{ kind: 'site', siteId: 'site-1', controllerId: 'controller-1', profileId: 'profile-1' },
    ...{ method: '', ...how },
  };
  await fileBySite(world, world.vault, { requestId: id, right, channel, language: 'en', seat, now });
  return id;
}
const prove = (id = requestId, at = now) => proveByOrder(world, world.key('proof'), id, at);
const proofOf = async (request: RequestRecord) => requireProof(world.requests, world.key('proof'), request);

describe('A10: proveByOrder', () => {
  it('makes a proof of the whole profile, and says that nobody’s identity was proven', async () => {
    expect(await prove()).toBe(2);
    expect(await prove()).toBe(2);

    const request = await requireRequest(world, requestId);
    expect(request.state).toBe('verified');
    expect(isOrder(request)).toBe(true);
    expect(await proofOf(request)).toMatchObject({ level: 2, method: 'controller-order' });
    const chain = await readChain(world.ledger, `R#${requestId}`);
    expect(chain.map(({ type, actor, facts }) => [type, actor, facts])).toEqual([
      [
        'submitted',
        'site',
        {
          ...{ right: 'erasure', channel: 'site', siteId: 'site-1' },
          ...{ method: 'controller-order', order: 'subject-wish' },
        },
      ],
      ['ordered', 'site', { method: 'controller-order', level: 2 }],
    ]);
  });

  it('makes none of a session, of another right, or of nothing', async () => {
    const others = [await file(session), await file(order, 'access'), uuid()];

    for (const id of others) expect(await prove(id)).toBeUndefined();
  });

  it('nor is an order a login', async () => {
    expect(await proveBySession(world, world.key('proof'), requestId, now)).toBeUndefined();
    const posing = await file({ ...order, ...session, method: 'controller-order' });
    expect(await proveBySession(world, world.key('proof'), posing, now)).toBeUndefined();
  });

  it('holds for the profile that was ordered, and no other', async () => {
    await prove();
    const request = await requireRequest(world, requestId);
    if (request.channel.kind !== 'site') throw new Error('not a site');

    // Taken for no order, it would cool off for the normal time.
    for (const moved of [{ profileId: 'profile-2' }, { siteId: 'site-2' }, { order: undefined }])
      await expect(proofOf({ ...request, channel: { ...request.channel, ...moved } })).rejects.toMatchObject({
        name: 'ProofMissing',
      });
  });
});

describe('A10: an order that was started', () => {
  const start = (id: string) =>
    startRequest(
      world,
      { requestId: id, right: 'erasure' },
      {
        ...{ scope: ['controller-1'], actor: 'site', now, startId: id, ground: '17(1)(a)' },
        choiceKey: world.key('choice'),
        useProof: useProof(world.requests, id, now),
      },
    );
  const announce = async (id: string) =>
    announceErasure(world, await requireRequest(world, id), {
      ...{ attempt: 1, now: now.toISOString() },
      coolingOff: { normal: 60 * 60, extended: 120 * 60 },
      levelIn: () => 2,
      mayText: () => true,
    });

  it('cools off for the longer time, whoever it is about', async () => {
    const inSession = await file(session);
    await prove();
    await proveBySession(world, world.key('proof'), inSession, now);
    for (const id of [requestId, inSession]) expect((await start(id)).request.state).toBe('cooling-off');

    expect((await announce(requestId)).until).toBe(minutes(120).toISOString());
    expect((await announce(inSession)).until).toBe(minutes(60).toISOString());
  });
});

describe('A10: what the person is told of an order', () => {
  it('is said in words of its own: nobody asked in the person’s name', async () => {
    const told: string[] = [];
    for (const id of [requestId, await file(session)]) {
      const owner = `R#${id}` as const;
      await mintKey(
        world.vault.keys,
        owner,
        'request',
        await wrapNewKey(world.key('request'), owner, 'request'),
      );
      const { requests } = world;
      await withKey(world.vault, owner, 'request', ({ key }) =>
        transact(requests.client, [
          writeContact(requests, id, key, { email: 'alice@example.org' }),
          askForMessage(requests, id, { messageId: 'erased-1', kind: 'erased', at: now.toISOString() }),
        ]),
      );
      mails.reset();
      mails.on(SendEmailCommand).resolves({});
      expect(await sendMessage(senderOf(world, { ses, sns }), id, 'erased-1', now, recordingLog())).toBe(
        'sent',
      );
      const [mail] = mails.commandCalls(SendEmailCommand);
      told.push(mail?.args[0].input.Content?.Simple?.Body?.Text?.Data ?? '');
    }

    expect(told[0]).toContain('that a website ordered to be erased');
    expect(told[1]).toContain('What you asked us to erase');
  });
});

describe('A10: orders of a day', () => {
  it('are ten a site; more needs staff, also when they come at once', async () => {
    const siteId = uuid();
    const count = (site = siteId, at = now) => requireOrderQuota(world, site, at);

    const outcomes = await Promise.allSettled(Array.from({ length: 15 }, () => count()));

    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(refused).toHaveLength(5);
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'needs-staff', status: 429, retryAfter: 12 * 3_600 });
    await count(uuid());
    await count(siteId, minutes(12 * 60));
  });
});
