import * as z from 'zod';
import { keyScopes, platforms } from '#shared/http/caller.ts';
import { id, jwks } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
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
      installationId: z.string().regex(/^[\w-]{8,64}$/, 'expected 8 to 64 characters of A-Z a-z 0-9 _ -'),
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

export const addSiteKey = {
  method: 'POST',
  path: '/v1/sites/keys',
  operationId: 'addSiteKey',
  summary: 'Add a second key, to change over to it',
  auth: 'site',
  body: z
    .strictObject({
      algorithm,
      publicKey: publicKeyText.optional(),
      scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
    })
    .meta({ id: 'NewSiteKey' }),
  idempotent: true,
  answersSecret: true,
  problems: ['scope-not-available', 'too-many-keys'],
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
  summary: 'Revoke a key; never the last one',
  auth: 'site',
  idempotent: false,
  problems: ['last-key'],
  responses: { 204: { description: 'The key signs nothing any more' } },
} as const satisfies RouteContract;

export const enrolContracts: readonly RouteContract[] = [enrol, addSiteKey, revokeSiteKey];
