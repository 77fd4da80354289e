import type { RequestDescriptor, Verifier } from 'http-message-sig';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import type { IncomingCall } from '#shared/http/incoming-call.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Log } from '#shared/observability/log.ts';
import { matchesContentDigest } from './content-digest.ts';
import { SiteCallRefused } from './refusals.ts';
import { rememberNonce } from './remember-nonce.ts';
import { coverageOf, readParameters, type ProfileParameters } from './signature-profile.ts';
import type { Site, SiteKey } from './site.ts';
import { deriveSiteSecret, type SiteAuthKey } from './site-secret.ts';
import { readKey, readSite } from './site-store.ts';
import { ed25519Verifier, hmacVerifier, verifySignature } from './verify-signature.ts';

/** What it takes to know a site by its signature. */
export type SiteGate = SiteAuthKey & {
  readonly sites: Table;
  /** For nonces. */
  readonly ephemeral: Table;
  /** Scheme and authority under which clients call, such as `https://rights.example`; never taken from a call. */
  readonly publicOrigin: string;
};

/**
 * The door for `createApi`: every refusal is the same 401, and its reason an enum in the log.
 *
 * @example
 * createApi(routes, { log, authenticateSite: authenticateSite({ sites, ephemeral, kms, siteAuthKeyId, publicOrigin }) });
 */
export const authenticateSite =
  (gate: SiteGate) =>
  async (call: IncomingCall, now: Date, log: Log): Promise<SiteCaller> => {
    try {
      return await verifySiteCall(gate, call, now);
    } catch (error) {
      if (!(error instanceof SiteCallRefused)) throw error;
      log.warn('site-call-refused', { reason: error.reason });
      throw new Problem('unauthorized');
    }
  };

/**
 * Verifies a site's call: exactly one signature of the profile (design: RFC 9421 with fixed coverage), by a live key of
 * an enrolled site, over the bytes that came, and not seen before. The nonce is spent last, so that nobody without the
 * key can spend it.
 *
 * @throws SiteCallRefused with the reason
 */
export async function verifySiteCall(gate: SiteGate, call: IncomingCall, now: Date): Promise<SiteCaller> {
  const { headers, rawBody } = call;
  if (headers['signature'] === undefined || headers['signature-input'] === undefined) {
    throw new SiteCallRefused('unsigned');
  }
  const found: { by?: ProfileParameters & { site: Site; key: SiteKey } } = {};
  const coverage = coverageOf({
    hasBody: rawBody.length > 0,
    hasIdempotencyKey: headers['idempotency-key'] !== undefined,
  });
  await verifySignature(describe(gate.publicOrigin, call), coverage, async (stated) => {
    const parameters = readParameters(stated, Math.floor(now.getTime() / 1000));
    const { site, key } = await findKey(gate.sites, parameters);
    found.by = { ...parameters, site, key };
    return verifierOf(gate, key);
  });
  if (!found.by) throw new SiteCallRefused('malformed');
  if (!matchesContentDigest(headers['content-digest'] ?? '', rawBody))
    throw new SiteCallRefused('digest-mismatch');
  if (!(await rememberNonce(gate.ephemeral, found.by))) throw new SiteCallRefused('replayed');
  return callerOf(found.by.site, found.by.key);
}

/** API Gateway hands the path on decoded, so only paths that decoding does not change can be signed. */
const plainPath = /^\/[\w.~/-]*$/;

function describe(
  publicOrigin: string,
  { method, path, rawQuery, headers }: IncomingCall,
): RequestDescriptor {
  if (!plainPath.test(path)) throw new SiteCallRefused('path-not-plain');
  return {
    kind: 'request',
    method,
    targetUri: `${new URL(publicOrigin).origin}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`,
    fields: Object.entries(headers).flatMap(([name, value]) =>
      signedFields.has(name) && value !== undefined ? [{ name, value }] : [],
    ),
  };
}

/** Other fields are not looked at, so that an odd one of a proxy cannot break a good call. */
const signedFields = new Set([
  'signature',
  'signature-input',
  'content-digest',
  'content-type',
  'idempotency-key',
]);

/** Both directions must agree: the key names its site, and the site still lists the key. */
async function findKey(
  sites: Table,
  { keyId, algorithm }: ProfileParameters,
): Promise<{ site: Site; key: SiteKey }> {
  const key = await readKey(sites, keyId);
  const site = key && (await readSite(sites, key.siteId));
  if (!key || !site) throw new SiteCallRefused('key-unknown');
  if (key.state !== 'live' || !site.keyIds.includes(keyId)) throw new SiteCallRefused('key-revoked');
  if (key.algorithm !== algorithm) throw new SiteCallRefused('wrong-algorithm');
  return { site, key };
}

async function verifierOf(siteAuth: SiteAuthKey, { keyId, publicKey }: SiteKey): Promise<Verifier> {
  if (publicKey !== undefined) return ed25519Verifier(publicKey);
  const secret = await deriveSiteSecret(siteAuth, keyId);
  const verifier = hmacVerifier(secret);
  return {
    algorithm: verifier.algorithm,
    verify: (data, signature) => {
      try {
        return verifier.verify(data, signature);
      } finally {
        secret.fill(0);
      }
    },
  };
}

const callerOf = (site: Site, { keyId, scopes }: SiteKey): SiteCaller => ({
  siteId: site.siteId,
  controllerId: site.controllerId,
  keyId,
  platform: site.platform,
  vendor: site.vendor,
  purposes: site.purposes,
  scopes,
  country: site.controller.country,
  timeZone: site.controller.timeZone,
});
