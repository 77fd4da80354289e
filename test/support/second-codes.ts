/** Codes by text message: asked for, sent into a mock, and used. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import type { Proven } from '#shared/identity/prove-by-code.ts';
import { proveBySecondCode } from '#shared/identity/prove-by-second-code.ts';
import { sendMessage, type MessageSender } from '#shared/identity/send-message.ts';
import { askForSecondCode } from '#shared/requests/second-identifier.ts';
import { browserSecret, fileForEmail, type makeRequestWorld } from './filed-request.ts';
import { senderOf } from './message-sender.ts';
import { now, prove, sendCode } from './prover.ts';
import { recordingLog } from './recording-log.ts';

type RequestWorld = Awaited<ReturnType<typeof makeRequestWorld>>;
export const phone = '+4915112345678';
export const second = { kind: 'phone', hash: 'hash-phone' } as const;
/** What a test does otherwise than the person would. */
export type Change = Partial<Parameters<typeof proveBySecondCode>[2]>;

/** @param current the request that is meant where none is named */
export function secondCodes(world: RequestWorld, current: () => string) {
  const sns = new SNSClient({});
  const texts = mockClient(sns);
  const log = recordingLog();
  let asked = 0;
  const keys = { code: world.key('code'), proof: world.key('proof') };
  const lastAsked = () => `second-code-${asked}`;
  const ask = async (change: object = {}, at = now, id = current()): Promise<string> => {
    asked += 1;
    const named = { ...second, value: phone, sends: true, ...change };
    await askForSecondCode(world, world.vault, id, named, { messageId: lastAsked(), now: at });
    return lastAsked();
  };
  const deliver = (
    messageId: string,
    at = now,
    sms: Partial<MessageSender['sms']> = {},
    id = current(),
  ): ReturnType<typeof sendMessage> =>
    sendMessage(senderOf(world, { ses: new SESv2Client({}), sns }, sms), id, messageId, at, log);
  const published = () => texts.commandCalls(PublishCommand).map((call) => call.args[0].input);
  const codeSent = (): string => /\d{8}/.exec(published().at(-1)?.Message ?? '')?.[0] ?? '';
  return {
    ...{ texts, log, lastAsked, ask, deliver, published, codeSent },
    send: async (id = current()): Promise<string> => {
      await deliver(await ask({}, now, id), now, {}, id);
      return codeSent();
    },
    raise: (code: string, change: Change = {}): Promise<Proven | undefined> => {
      const given = { requestId: current(), code, browserSecret, token: 'token-2', now, ...change };
      return proveBySecondCode(world, keys, given);
    },
    reset: (): void => {
      texts.reset();
      texts.on(PublishCommand).resolves({});
      log.lines.length = 0;
    },
  };
}

/** A request by mail that is proven at level 1. @returns its id */
export async function fileAndProve(world: RequestWorld): Promise<string> {
  const id = await fileForEmail(world, now);
  await sendCode(world, id);
  await prove(world, id);
  return id;
}
