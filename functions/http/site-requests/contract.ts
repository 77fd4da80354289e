import * as z from 'zod';
import { erasureGrounds, orderGrounds } from '#shared/data-map/erasure-grounds.ts';
import { statedInstant } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { languages } from '#shared/messages/texts.ts';
import { userIdStatement } from '#shared/profiles/named-user.ts';
import { rights } from '#shared/requests/states.ts';
import { downloadBody, downloadLink, receiptResponse, requestView } from '../request-answers.ts';

const viewSchema = z.strictObject(requestView).meta({ id: 'SiteRequest' });

export const submitForUser = {
  method: 'POST',
  path: '/v1/requests',
  operationId: 'submitRequestForUser',
  summary: 'Ask for a right in the session of a user, or order the erasure of one',
  description:
    'In a session (key scope collect) the site states that this user is signed in, signed in within the last 10 minutes, and is not being impersonated. An order (key scope orders) is the controller’s own: it erases on the user’s wish or on a ground of the controller, cools off for the longer time, and is told to every address of the user; a site gives ten a day. What either opens is this site’s profile of this user alone. One request per account and right a day; after one that was stopped, in a session, two more.',
  auth: 'site',
  scope: ['collect', 'orders'],
  body: z
    .strictObject({
      right: z.enum(rights),
      user: userIdStatement.extend({ registeredAt: statedInstant }).meta({ id: 'SiteUserAccount' }),
      authority: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('site-session'),
          authenticatedAt: statedInstant,
          method: z
            .string()
            .regex(/^[a-z-]{1,40}$/)
            .meta({
              description:
                'password, password-and-email-code, password-and-sms-code, password-and-totp, password-and-push, passkey',
            }),
        }),
        z.strictObject({
          kind: z.literal('controller-order'),
          ground: z.enum(orderGrounds).meta({
            description: 'The user’s wish, or a ground of GDPR Art. 17(1) that is the controller’s own',
          }),
        }),
      ]),
      language: z.enum(languages).optional(),
      details: z
        .strictObject({
          ground: z.enum(erasureGrounds).optional().meta({
            description:
              'Of an erasure: why the data has to go; 17(1)(a), no longer needed, where none is named',
          }),
        })
        .optional(),
    })
    .meta({ id: 'NewUserRequest' }),
  idempotent: true,
  problems: ['not-available', 'instruction-not-available', 'not-proven', 'needs-staff', 'too-many-calls'],
  responses: { 202: { description: 'Started', schema: viewSchema } },
} as const satisfies RouteContract;

export const readForUser = {
  method: 'GET',
  path: '/v1/requests/{requestId}',
  operationId: 'readRequestOfSite',
  summary: 'How a request that this site made stands',
  auth: 'site',
  scope: ['collect', 'orders'],
  idempotent: false,
  problems: ['not-found'],
  responses: { 200: { description: 'The request', schema: viewSchema } },
} as const satisfies RouteContract;

export const downloadForUser = {
  method: 'POST',
  path: '/v1/requests/{requestId}/downloads',
  operationId: 'linkBundleForUser',
  summary: 'Get a link to the bundle of a request that this site made',
  auth: 'site',
  scope: 'collect',
  body: downloadBody,
  idempotent: true,
  answersSecret: true,
  problems: ['not-found', 'not-ready', 'nothing-to-give', 'gone', 'links-used-up'],
  responses: { 201: { description: 'A link', schema: downloadLink } },
} as const satisfies RouteContract;

export const receiptForUser = {
  method: 'GET',
  path: '/v1/requests/{requestId}/receipt',
  operationId: 'readReceiptForUser',
  summary: 'The signed receipt of an erasure that this site asked for',
  auth: 'site',
  scope: ['collect', 'orders'],
  idempotent: false,
  problems: ['not-found', 'not-ready', 'nothing-to-give'],
  responses: { 200: receiptResponse },
} as const satisfies RouteContract;

export const siteRequestsContracts: readonly RouteContract[] = [
  submitForUser,
  readForUser,
  downloadForUser,
  receiptForUser,
];
