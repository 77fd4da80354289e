import { randomBytes, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { inject } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { codeBytes, codeLife, hashEnrolmentCode, writeEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { putEnrolment } from '#shared/sites/site-store.ts';
import { callAsSite, type SignatureChoices, type SiteCredentials } from './site-client.ts';

export type Answered = { status: number; headers: Headers; body: unknown };
export type CallChoices = SignatureChoices & { idempotencyKey?: string };
/** An enrolled site of a journey: calls the deployed API through HTTP, each call signed. */
export type TestSite = {
  siteId: string;
  controllerId: string;
  host: string;
  credentials: SiteCredentials;
  call: (method: string, path: string, body?: unknown, choices?: CallChoices) => Promise<Answered>;
};

/** What decides which site a code enrols. */
type SiteChoices = { vendor?: boolean; controllerId?: string };

/** A fresh enrolment code, written as the operator's command does; that one is tested in `test/stores/sites.test.ts`. */
export async function makeEnrolmentCode(
  host: string,
  { vendor = false, controllerId = uuidv7() }: SiteChoices = {},
): Promise<string> {
  const sites = openTable(dynamoClient(), inject('stack').outputs['SitesTableName'] ?? '');
  const code = writeEnrolmentCode(randomBytes(codeBytes));
  const expiresAt = new Date(Date.now() + codeLife).toISOString();
  await transact(sites.client, [
    putEnrolment(sites, hashEnrolmentCode(code), { host, controllerId, vendor, expiresAt }),
  ]);
  return code;
}

export const enrolmentBody = (code: string, host: string, vendor = false): Record<string, unknown> => ({
  code,
  platform: vendor ? 'other' : 'wordpress',
  siteUrl: `https://${host}`,
  installationId: `installation-${randomUUID()}`,
  controller: {
    name: `Controller of ${host}`,
    contactEmail: `privacy@${host}`,
    country: 'DE',
    timeZone: 'Europe/Berlin',
  },
  instructions: { access: 'auto', portability: 'auto', erasure: 'auto' },
});

/**
 * Enrols a site on a host that no other test uses, of a controller of its own unless one is named.
 * @param statement replaces parts of what the site says of itself
 */
export async function enrolSite(
  { vendor = false, controllerId = uuidv7() }: SiteChoices = {},
  statement: Record<string, unknown> = {},
): Promise<TestSite> {
  const { apiUrl } = inject('stack');
  const host = `site-${randomUUID()}.example`;
  const code = await makeEnrolmentCode(host, { vendor, controllerId });
  const body = { ...enrolmentBody(code, host, vendor), ...statement };
  const enrolled = await postJson('/v1/sites/enrolments', body);
  const { siteId, keyId, secret } = enrolled.body as { siteId: string; keyId: string; secret: string };
  const credentials: SiteCredentials = { algorithm: 'hmac-sha256', keyId, secret };
  const call: TestSite['call'] = (method, path, sent, choices = {}) => {
    const { idempotencyKey } = choices;
    const outgoing = {
      method,
      url: `${apiUrl}${path}`,
      body: sent,
      ...(idempotencyKey && { idempotencyKey }),
    };
    return inTurn(() => callAsSite(credentials, outgoing, choices));
  };
  return { siteId, controllerId, host, credentials, call };
}

/** An unsigned call of the API. */
export const postJson = (
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> =>
  fetchAnswer(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** An answer that is no JSON, such as a signed statement. */
export async function getText(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; text: string }> {
  return inTurn(async () => {
    const response = await fetch(`${inject('stack').apiUrl}${path}`, {
      headers,
      signal: AbortSignal.timeout(60_000),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: await response.text(),
    };
  });
}

export const getJson = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
  fetchAnswer(path, { headers });

function fetchAnswer(path: string, call: RequestInit): Promise<Answered> {
  return inTurn(async () => {
    const response = await fetch(`${inject('stack').apiUrl}${path}`, {
      ...call,
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  });
}

/** The engine starts one more process for each call of a function at once; a few are enough to be at once. */
let free = 6;
const waiting: (() => void)[] = [];
/** Runs a call of the API once fewer than six are under way. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}

/** The code of a problem answer, such as `validation`. */
export const problemOf = ({ body }: Answered): string =>
  (body as { type?: string } | undefined)?.type?.replace('urn:data-rights:problem:', '') ?? '';

/** Status and problem in one, for a table of refusals. */
export const refusal = (answer: Answered): string => `${answer.status} ${problemOf(answer)}`;
