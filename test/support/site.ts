import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { callAsSite, type SignatureChoices, type SiteCredentials } from './site-client.ts';

const run = promisify(execFile);

export type Answered = { status: number; headers: Headers; body: unknown };
/** An enrolled site of a journey: calls the deployed API through HTTP, each call signed. */
export type TestSite = {
  siteId: string;
  credentials: SiteCredentials;
  call: (method: string, path: string, body?: unknown, choices?: SignatureChoices) => Promise<Answered>;
};

/** A fresh enrolment code, by the operator's command. */
export async function makeEnrolmentCode(host: string, vendor = false): Promise<string> {
  const env = {
    ...process.env,
    ...clientEnvironment(inject('engine')),
    SITES_TABLE_NAME: inject('stack').outputs['SitesTableName'],
  };
  const args = ['functions/command/enrolment-code.ts', '--stage', 'local', '--host', host];
  const { stdout } = await run(process.execPath, vendor ? [...args, '--vendor'] : args, { env });
  return stdout.trim();
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
  instructions: { access: 'auto', portability: 'auto' },
});

/** Enrols a site of its own controller, on a host that no other test uses. */
export async function enrolSite({ vendor = false } = {}): Promise<TestSite & { host: string }> {
  const { apiUrl } = inject('stack');
  const host = `site-${randomUUID()}.example`;
  const code = await makeEnrolmentCode(host, vendor);
  const enrolled = await postJson('/v1/sites/enrolments', enrolmentBody(code, host, vendor));
  const { siteId, keyId, secret } = enrolled.body as { siteId: string; keyId: string; secret: string };
  const credentials: SiteCredentials = { algorithm: 'hmac-sha256', keyId, secret };
  const call: TestSite['call'] = (method, path, body, choices) =>
    callAsSite(credentials, { method, url: `${apiUrl}${path}`, body }, choices);
  return { siteId, credentials, call, host };
}

/** An unsigned call of the API. */
export async function postJson(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${inject('stack').apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
