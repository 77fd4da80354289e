import * as z from 'zod';
import { erasureGrounds } from '#shared/data-map/erasure-grounds.ts';
import { id, instant } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { languages } from '#shared/messages/texts.ts';
import { rights, states } from '#shared/requests/states.ts';
import { bundleView, downloadBody, downloadLink, receiptResponse, requestView } from '../request-answers.ts';

const browserSecret = z.string().regex(/^[\w-]{43}$/, 'expected the browserSecret of the request');
const base = '/v1/subject/requests/{requestId}';

export const submit = {
  method: 'POST',
  path: '/v1/subject/requests',
  operationId: 'submitRequest',
  summary: 'Ask for a right, by an identifier of yours',
  description:
    'The answer is the same whether anything is held under the identifier or not. A code is sent to it; nothing happens before it is proven.',
  auth: 'none',
  body: z
    .strictObject({
      right: z.enum(rights),
      identifier: z.strictObject({ kind: z.enum(['email', 'phone']), value: z.string().max(320) }),
      language: z.enum(languages).optional(),
    })
    .meta({ id: 'NewRequest' }),
  idempotent: true,
  answersSecret: true,
  problems: ['not-available'],
  responses: {
    202: {
      description: 'Received',
      schema: z
        .strictObject({
          requestId: id,
          browserSecret: z
            .string()
            .meta({ description: 'Keep it where the request was made; the code works only with it' }),
          receivedAt: instant,
          dueAt: instant,
        })
        .meta({ id: 'RequestReceived' }),
    },
  },
} as const satisfies RouteContract;

export const askForCode = {
  method: 'POST',
  path: `${base}/codes`,
  operationId: 'askForCode',
  summary: 'Ask for a fresh code',
  auth: 'none',
  body: z.strictObject({ browserSecret }).meta({ id: 'CodeWanted' }),
  idempotent: false,
  responses: { 202: { description: 'Sent, if the request is there and its identifier’s limit allows' } },
} as const satisfies RouteContract;

export const verify = {
  method: 'POST',
  path: `${base}/verification`,
  operationId: 'verifyIdentity',
  summary: 'Prove an identifier with its code',
  description:
    'The code of the mail (`XXXXX-XXXXX`) proves the identifier of the request: level 1. The code of a text message (8 digits) proves a second identifier: level 2, while the request is `verified`.',
  auth: 'none',
  body: z
    .strictObject({ code: z.string().min(1).max(32), browserSecret: z.string().max(64) })
    .meta({ id: 'CodeTyped' }),
  idempotent: false,
  answersSecret: true,
  problems: ['not-proven'],
  responses: {
    200: {
      description: 'Proven; the token acts for this request from here on',
      schema: z
        .strictObject({ token: z.string(), expiresAt: instant, level: z.int() })
        .meta({ id: 'Proven' }),
    },
  },
} as const satisfies RouteContract;

export const nameIdentifier = {
  method: 'POST',
  path: `${base}/identifiers`,
  operationId: 'nameIdentifier',
  summary: 'Name a second identifier, to raise the level of the proof',
  description:
    'The answer is the same whatever is on record. A code is sent if this is a second identifier of a profile in reach: a phone number (E.164) that its site calls verified, unique there, in use, and linked with the account or two weeks before the request at least. An e-mail address never is, since a profile has one. Only before the start.',
  auth: 'token',
  body: z
    .strictObject({ kind: z.enum(['email', 'phone']), value: z.string().max(320) })
    .meta({ id: 'SecondIdentifier' }),
  idempotent: false,
  problems: ['wrong-state'],
  responses: { 202: { description: 'Sent, if it is a second identifier and its limit allows' } },
} as const satisfies RouteContract;

const statusOnly = z
  .strictObject({ requestId: id, status: z.enum(states), dueAt: instant })
  .meta({ id: 'RequestStatus' });

export const start = {
  method: 'POST',
  path: `${base}/start`,
  operationId: 'startRequest',
  summary: 'Choose the controllers and start',
  auth: 'token',
  body: z
    .strictObject({
      controllers: z.union([z.literal('all'), z.array(z.uuid()).max(100)]).meta({
        description:
          'Of an erasure: ids. Nothing is preselected there; none are named where none is in reach.',
      }),
      details: z
        .strictObject({
          ground: z.enum(erasureGrounds).optional().meta({
            description:
              'Of an erasure: why the data has to go; 17(1)(a), no longer needed, where none is named',
          }),
        })
        .optional(),
    })
    .meta({ id: 'RequestScope' }),
  idempotent: true,
  problems: ['wrong-state', 'instruction-not-available'],
  responses: { 202: { description: 'Started', schema: statusOnly } },
} as const satisfies RouteContract;

export const readOwn = {
  method: 'GET',
  path: base,
  operationId: 'readRequest',
  summary: 'How the request stands',
  auth: 'token',
  idempotent: false,
  responses: {
    200: {
      description: 'The request',
      schema: z
        .strictObject({
          ...requestView,
          controllers: z.array(z.strictObject({ controllerId: id, name: z.string() })),
          bundle: bundleView.optional(),
          receipt: z.literal(true).optional().meta({ description: 'There is a receipt to fetch' }),
          subjectSalt: z.string().optional().meta({
            description:
              'Shows, together with the identifier, whose receipt it is. Only its person is given it',
          }),
        })
        .meta({ id: 'OwnRequest' }),
    },
  },
} as const satisfies RouteContract;

export const download = {
  method: 'POST',
  path: `${base}/downloads`,
  operationId: 'linkBundle',
  summary: 'Get a link to the bundle',
  auth: 'token',
  body: downloadBody,
  idempotent: true,
  answersSecret: true,
  problems: ['not-ready', 'nothing-to-give', 'gone', 'links-used-up'],
  responses: { 201: { description: 'A link', schema: downloadLink } },
} as const satisfies RouteContract;

export const receipt = {
  method: 'GET',
  path: `${base}/receipt`,
  operationId: 'readReceipt',
  summary: 'The signed receipt of an erasure',
  description: 'A JSON Web Signature. It verifies offline with the keys of /v1/keys.',
  auth: 'token',
  idempotent: false,
  problems: ['not-ready', 'nothing-to-give'],
  responses: { 200: receiptResponse },
} as const satisfies RouteContract;

export const withdraw = {
  method: 'POST',
  path: `${base}/withdrawal`,
  operationId: 'withdrawRequest',
  summary: 'Withdraw the request before it is worked on',
  auth: 'token',
  idempotent: false,
  problems: ['wrong-state'],
  responses: { 200: { description: 'Withdrawn', schema: statusOnly } },
} as const satisfies RouteContract;

export const disavow = {
  method: 'POST',
  path: '/v1/subject/disavowals',
  operationId: 'disavowRequest',
  summary: '“Not me”: end a request with the stop code of its mail',
  description:
    'An export that has ended gives nothing out any more. Of an erasure that destroys already, or has ended, nothing is changed: 409. Without the stop code of that very request the answer is always 202.',
  auth: 'none',
  body: z.strictObject({ requestId: z.uuid(), secret: z.string().min(1).max(64) }).meta({ id: 'Disavowal' }),
  idempotent: false,
  problems: ['wrong-state'],
  responses: { 202: { description: 'Ended, if request and stop code belong together' } },
} as const satisfies RouteContract;

export const subjectContracts: readonly RouteContract[] = [
  submit,
  askForCode,
  verify,
  nameIdentifier,
  start,
  readOwn,
  download,
  receipt,
  withdraw,
  disavow,
];
