import * as z from 'zod';
import { keyScopes, platforms } from '#shared/http/caller.ts';
import { id, instant, jwks } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { languages } from '#shared/messages/texts.ts';
import { controllerInformation, controllerStatement } from '#shared/sites/controller.ts';
import { instructionsStatement } from '#shared/sites/instructions.ts';
import { algorithms } from '#shared/sites/site.ts';
import { publicKeyText } from '#shared/sites/site-keys.ts';
import { siteUrl } from '#shared/sites/site-url.ts';

const secret = z.base64().meta({ description: '32 bytes in base64; given once' });
const algorithm = z.enum(algorithms);

export const enrol = {
  method: 'POST',
  path: '/v1/sites/enrolments',
  operationId: 'enrolSite',
  summary: 'Enrol a site with a one-time code',
  auth: 'none',
  body: z
    .strictObject({
      code: z.string().min(1).max(64),
      platform: z.enum(platforms),
      siteUrl,
      installationId: z
        .string()
        .regex(/^[\w-]{8,64}$/, 'expected 8 to 64 characters of A-Z a-z 0-9 _ -')
        .meta({
          minLength: 8,
          maxLength: 64,
          description:
            '8 to 64 characters of A-Z a-z 0-9 _ -: this installation of the plugin, always the same',
        }),
      controller: controllerStatement,
      instructions: instructionsStatement,
      information: controllerInformation.optional(),
    })
    .meta({ id: 'Enrolment' }),
  idempotent: true,
  answersSecret: true,
  problems: ['enrolment-refused', 'instruction-not-available'],
  responses: {
    201: {
      description: 'Enrolled; from now on every call is signed',
      schema: z
        .strictObject({ siteId: id, keyId: id, secret, algorithm, vendorKeys: jwks })
        .meta({ id: 'Enrolled' }),
    },
  },
} as const satisfies RouteContract;

export const askForContact = {
  method: 'POST',
  path: '/v1/sites/contact-confirmations',
  operationId: 'askContactToConfirm',
  summary: 'Ask the controller’s contact to confirm a key that may give orders',
  description:
    'A code goes by mail to the contact that the controller named when it was first enrolled. It holds for this site and this public key; a later one voids it.',
  auth: 'site',
  scope: 'collect',
  body: z
    .strictObject({ publicKey: publicKeyText, language: z.enum(languages).optional() })
    .meta({ id: 'KeyToConfirm' }),
  idempotent: true,
  problems: ['too-many-calls'],
  responses: {
    202: {
      description: 'The code is on its way',
      schema: z
        .strictObject({
          fingerprint: z.string().meta({
            description:
              'Of the key, as the mail shows it: the first 128 bits of its SHA-256. Show it where the code is entered',
          }),
        })
        .meta({ id: 'ContactAsked' }),
    },
  },
} as const satisfies RouteContract;

export const confirmContact = {
  method: 'POST',
  path: '/v1/sites/contact-confirmations/verification',
  operationId: 'confirmContact',
  summary: 'Confirm the key with the code from the mail',
  auth: 'site',
  scope: 'collect',
  body: z
    .strictObject({ publicKey: publicKeyText, code: z.string().min(1).max(32) })
    .meta({ id: 'ContactCode' }),
  idempotent: false,
  problems: ['contact-not-confirmed'],
  responses: {
    200: {
      description: 'Confirmed; until then the key can be added, once',
      schema: z.strictObject({ confirmedUntil: instant }).meta({ id: 'ContactConfirmed' }),
    },
  },
} as const satisfies RouteContract;

export const addSiteKey = {
  method: 'POST',
  path: '/v1/sites/keys',
  operationId: 'addSiteKey',
  summary: 'Add a second key to change over to, or one that may give orders',
  description:
    'A key with the scope orders is of the kind ed25519, has no other scope, and is accepted once the controller’s contact has confirmed it.',
  auth: 'site',
  scope: 'collect',
  body: z
    .strictObject({
      algorithm,
      publicKey: publicKeyText.optional(),
      scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
    })
    .meta({ id: 'NewSiteKey' }),
  idempotent: true,
  answersSecret: true,
  problems: ['contact-not-confirmed', 'scope-not-available', 'too-many-keys', 'conflict'],
  responses: {
    201: {
      description: 'The key may sign from now on',
      schema: z.strictObject({ keyId: id, algorithm, secret: secret.optional() }).meta({ id: 'SiteKey' }),
    },
  },
} as const satisfies RouteContract;

export const revokeSiteKey = {
  method: 'DELETE',
  path: '/v1/sites/keys/{keyId}',
  operationId: 'revokeSiteKey',
  summary: 'Revoke a key; never the last one with the scope collect',
  auth: 'site',
  scope: 'collect',
  idempotent: false,
  problems: ['last-key'],
  responses: { 204: { description: 'The key signs nothing any more' } },
} as const satisfies RouteContract;

export const enrolContracts: readonly RouteContract[] = [
  enrol,
  askForContact,
  confirmContact,
  addSiteKey,
  revokeSiteKey,
];
