import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { bodyOf, send, type Answer } from './http.ts';

const base = '/v1/subject/requests';
const received = z.object({
  requestId: z.string(),
  browserSecret: z.string(),
  receivedAt: z.string(),
  dueAt: z.string(),
});
const proven = z.object({ token: z.string(), expiresAt: z.string(), level: z.number() });
const own = z.object({
  requestId: z.string(),
  status: z.string(),
  controllers: z.array(z.object({ controllerId: z.string(), name: z.string() })),
  bundle: z.object({ expiresAt: z.string(), linksLeft: z.number(), count: z.number() }).optional(),
  /** Until when an erasure can be withdrawn; known once it was announced. */
  coolingOffUntil: z.string().optional(),
  /** Shows, together with the address, whose receipt it is. */
  subjectSalt: z.string().optional(),
  withheld: z.array(z.object({ reason: z.string(), dataset: z.string().optional() })).optional(),
});
export type OwnRequest = z.output<typeof own>;
export type Controller = OwnRequest['controllers'][number];

/** The words of a person who asks, by right, address and language. */
export type Wish = {
  readonly right: 'access' | 'portability' | 'erasure';
  readonly email: string;
  readonly language: 'en' | 'de';
};

/** Asks for a right by e-mail address: no account, no signature. */
export function submit(apiUrl: string, { right, email, language }: Wish): Promise<Answer> {
  const body = { right, identifier: { kind: 'email', value: email }, language };
  return send({
    method: 'POST',
    url: `${apiUrl}${base}`,
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
}

/** A request as its browser knows it. */
export type SubjectRequest = z.output<typeof received> & {
  readonly verify: (code: string) => Promise<Answer>;
  /** What the person may do once the address is proven. */
  readonly proven: (answer: Answer) => ProvenRequest;
};

export type ProvenRequest = {
  readonly requestId: string;
  readonly level: number;
  readonly read: () => Promise<OwnRequest>;
  /** `details` of an erasure: its ground of Article 17(1). */
  readonly start: (
    controllers: 'all' | readonly string[],
    details?: { readonly ground: string },
  ) => Promise<Answer>;
  /** Names a second identifier, to raise the level of the proof. */
  readonly namePhone: (value: string) => Promise<Answer>;
  readonly askForLink: () => Promise<Answer>;
  readonly askForReceipt: () => Promise<Answer>;
};

export function openRequest(apiUrl: string, answer: Answer): SubjectRequest {
  const request = bodyOf(`POST ${base}`, answer, 202, received);
  const url = `${apiUrl}${base}/${request.requestId}`;
  return {
    ...request,
    verify: (code) => {
      const body = JSON.stringify({ code, browserSecret: request.browserSecret });
      return send({ method: 'POST', url: `${url}/verification`, body });
    },
    proven: (proof) => {
      const { token, level } = bodyOf('POST …/verification', proof, 200, proven);
      return openProven(url, request.requestId, token, level);
    },
  };
}

function openProven(url: string, requestId: string, token: string, level: number): ProvenRequest {
  const authorization = `Bearer ${token}`;
  const post = (path: string, body: object) =>
    send({
      method: 'POST',
      url: `${url}${path}`,
      headers: { authorization, 'idempotency-key': randomUUID() },
      body: JSON.stringify(body),
    });
  const get = (path: string) => send({ method: 'GET', url: `${url}${path}`, headers: { authorization } });
  return {
    requestId,
    level,
    read: async () => bodyOf('GET …', await get(''), 200, own),
    start: (controllers, details) => post('/start', { controllers, ...(details ? { details } : {}) }),
    namePhone: (value) => post('/identifiers', { kind: 'phone', value }),
    askForLink: () => post('/downloads', {}),
    askForReceipt: () => get('/receipt'),
  };
}
