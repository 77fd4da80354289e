import * as z from 'zod';
import { bases } from '#shared/data-map/basis.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { purposes } from '#shared/data-map/purpose.ts';
import { id, instant, statedInstant } from '#shared/http/fields.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { opaqueId, siteUserStatement, userIdStatement } from '#shared/profiles/named-user.ts';

const word = z.string().regex(/^[\w.:/-]{1,64}$/, 'expected 1 to 64 characters of A-Z a-z 0-9 _ . : / -');
const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, 'expected a language tag such as de or en-GB');
const evidence = {
  noticeVersion: word,
  wordingDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  method: word,
  language: languageTag,
  at: statedInstant,
};
/** Under which name the OpenAPI document describes `data` of a dataset. */
export const dataSchemaName = (dataset: string): string => `data-${dataset}`;
const datasetName = z
  .string()
  .max(64)
  .meta({ description: `A dataset of the data map: ${Object.keys(dataMap).join(', ')}` });
const dataSchemas = `#/components/schemas/${dataSchemaName('{dataset}')}`;

const purposeList = z.array(z.enum(purposes)).max(purposes.length);

export const recordConsent = {
  method: 'POST',
  path: '/v1/consents',
  operationId: 'recordConsent',
  summary: 'Keep a user’s decision: given, refused or withdrawn',
  description:
    'Without terms-accepted no record of a user is stored or read. A refusal of somebody on whom nothing is held stores nothing at all; with it the user is named by id alone. A decision of the future is refused. After an erasure a user is taken on again by a consent that was given later; an older one is refused as erased.',
  auth: 'site',
  scope: 'collect',
  body: z
    .discriminatedUnion('decision', [
      z.strictObject({
        user: siteUserStatement,
        decision: z.literal('given'),
        purposes: purposeList.refine(
          (list) => list.includes('terms-accepted'),
          'terms-accepted is always among them',
        ),
        ...evidence,
      }),
      z.strictObject({
        user: userIdStatement,
        decision: z.literal('refused'),
        purposes: purposeList,
        ...evidence,
      }),
      z.strictObject({
        user: siteUserStatement,
        decision: z.literal('withdrawn'),
        purposes: purposeList.min(1),
        ...evidence,
      }),
    ])
    .meta({ id: 'ConsentStatement' }),
  idempotent: true,
  problems: ['erased', 'in-erasure', 'too-many-calls'],
  responses: {
    200: {
      description: 'Nothing is held on this user, and nothing was stored',
      schema: z.strictObject({ stored: z.literal(false) }).meta({ id: 'NothingStored' }),
    },
    201: { description: 'Kept', schema: z.strictObject({ consentId: id }).meta({ id: 'ConsentKept' }) },
  },
} as const satisfies RouteContract;

export const sendRecords = {
  method: 'POST',
  path: '/v1/records',
  operationId: 'sendRecords',
  summary: 'Send up to 100 records of one user',
  description:
    'A record with an externalId replaces an earlier one of that id. Each result says what became of its record; where a consent is missing the whole call stores nothing. What was collected before an erasure is rejected as `erased`.',
  auth: 'site',
  scope: 'collect',
  body: z
    .strictObject({
      user: siteUserStatement,
      records: z
        .array(
          z.strictObject({
            dataset: datasetName,
            externalId: opaqueId.optional(),
            collectedAt: statedInstant,
            basis: z.enum(bases).optional(),
            data: z.record(z.string(), z.unknown()).meta({
              description: `The fields of its dataset and no others: ${dataSchemas}. \`consent\` has a call of its own`,
            }),
          }),
        )
        .min(1)
        .max(100),
    })
    .meta({ id: 'Records' }),
  idempotent: true,
  problems: ['consent-missing', 'in-erasure', 'too-many-calls'],
  responses: {
    200: {
      description: 'What became of each record',
      schema: z
        .strictObject({
          results: z.array(
            z.strictObject({
              index: z.int(),
              status: z.enum(['stored', 'unchanged', 'replaced', 'rejected']),
              recordId: z.string().optional(),
              errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
            }),
          ),
        })
        .meta({ id: 'RecordResults' }),
    },
  },
} as const satisfies RouteContract;

export const queryRecords = {
  method: 'POST',
  path: '/v1/records/queries',
  operationId: 'queryRecords',
  summary: 'Read a user’s records of one dataset, for a stated purpose',
  description:
    'Secrets are never given out. Each read is kept among the person’s disclosures. While the data is restricted, nothing is read.',
  auth: 'site',
  scope: 'collect',
  body: z
    .strictObject({
      user: userIdStatement,
      dataset: datasetName,
      purpose: z.enum(purposes),
      cursor: z.string().max(1_024).optional(),
    })
    .meta({ id: 'RecordQuery' }),
  idempotent: false,
  problems: ['purpose-not-allowed', 'consent-missing', 'too-many-calls'],
  responses: {
    200: {
      description: 'A page of records; or the fact that they were erased, or may not be used now',
      schema: z
        .strictObject({
          records: z.array(
            z.strictObject({
              recordId: z.string(),
              externalId: z.string().optional(),
              collectedAt: z.string(),
              storedAt: instant,
              basis: z.enum(bases),
              data: z.record(z.string(), z.unknown()).meta({
                description: `The fields of the dataset: ${dataSchemas}. Of a secret \`{field}Set\` alone, which says that it is set`,
              }),
            }),
          ),
          cursor: z.string().optional(),
          status: z.enum(['erased', 'restricted']).optional(),
        })
        .meta({ id: 'RecordPage' }),
    },
  },
} as const satisfies RouteContract;

export const siteDataContracts: readonly RouteContract[] = [recordConsent, sendRecords, queryRecords];
