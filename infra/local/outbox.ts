import { createServer, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { getFromEngine, type EngineAddress } from './engine-clients.ts';
import { localStage } from './local-stage.ts';
import { listenOnLoopback } from './ports.ts';

const mailSchema = z.object({
  To: z.array(z.string()),
  Subject: z.string(),
  BodyText: z.string(),
  /** Seconds since 1970. */
  Timestamp: z.number(),
});
const mailsSchema = z.object({ messages: z.record(z.string(), z.array(mailSchema)) });
const textsSchema = z.object({
  sms_messages: z.record(z.string(), z.array(z.object({ MessageId: z.string(), Message: z.string() }))),
});

/** What the system sent, as a person would get it. */
export type SentMessage = {
  channel: 'email' | 'sms';
  to: string;
  subject?: string;
  text: string;
  /** RFC 3339, UTC. */
  sentAt: string;
};

export type Outbox = { url: string; close: () => Promise<void> };

/**
 * `GET /outbox`: every mail and text message that was sent, oldest first. A port of its own, so that no path of the API
 * is hidden; on no stage but `local`, where the engine keeps messages instead of sending them.
 */
export async function openOutbox(engine: EngineAddress): Promise<Outbox> {
  let origin = '';
  const readMessages = createReader(engine);
  const server = createServer((request, response) => {
    // A page in a browser may reach loopback under a name of its own; that is not who this is for.
    const known = `http://${request.headers.host ?? ''}` === origin && request.url === '/outbox';
    if (!known || request.method !== 'GET') answer(response, 404, { message: 'Not Found' });
    else
      readMessages().then(
        (messages) => {
          answer(response, 200, messages);
        },
        () => {
          answer(response, 503, { message: 'Service Unavailable' });
        },
      );
  });
  origin = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return {
    url: `${origin}/outbox`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createReader(engine: EngineAddress): () => Promise<SentMessage[]> {
  const account = `account=${localStage.account}`;
  /** The engine keeps no time of a text message: it counts from when it was first seen here. */
  const firstSeen = new Map<string, string>();
  return async () => {
    const now = new Date().toISOString();
    const mails = mailsSchema.parse(await getFromEngine(engine, `/_ministack/ses/messages?${account}`));
    const texts = textsSchema.parse(await getFromEngine(engine, `/_ministack/sns/sms-messages?${account}`));
    const sent: SentMessage[] = Object.values(mails.messages)
      .flat()
      .flatMap(({ To, Subject: subject, BodyText: text, Timestamp }) => {
        const sentAt = new Date(Timestamp * 1000).toISOString();
        return To.map((to) => ({ channel: 'email' as const, to, subject, text, sentAt }));
      });
    for (const [to, messages] of Object.entries(texts.sms_messages))
      for (const { MessageId: id, Message: text } of messages) {
        const sentAt = firstSeen.get(id) ?? now;
        firstSeen.set(id, sentAt);
        sent.push({ channel: 'sms', to, text, sentAt });
      }
    return sent.sort((one, other) => one.sentAt.localeCompare(other.sentAt));
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
