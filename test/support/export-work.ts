/** The steps of the export machine as one run over a world: what the functions do, without the functions. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { transact } from '#shared/aws/transaction.ts';
import { buildBundle } from '#shared/bundle/build-bundle.ts';
import { signManifest } from '#shared/bundle/sign-manifest.ts';
import { collectPages, type CollectCursor } from '#shared/bundle/staging/collect-pages.ts';
import { dataMap, dataMapVersion } from '#shared/data-map/data-map.ts';
import { writeProof } from '#shared/identity/proof.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { vaultPlace } from '#shared/places/vault-place.ts';
import { concludeExport } from '#shared/requests/conclude.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { commitChange, readRequest, requireRequest } from '#shared/requests/request-store.ts';
import { requireExport } from '#shared/requests/states.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { publicKey } from '#shared/signing/public-keys.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { openTestProfile, type World } from './vault-world.ts';

const at = '2026-11-01T10:00:00.000Z';
const seat = { country: 'DE', timeZone: 'Europe/Berlin' };
const stores = (world: World) => ({ ...world, vault: world.vault });

/** A profile with `count` support cases, an account, and the consent that they rest on. */
export async function seedProfile(world: World, controllerId: string, count: number): Promise<string> {
  const siteId = uuid();
  const user = { siteId, controllerId, userHash: uuid(), registeredAt: at };
  const profileId = await openTestProfile(world, user);
  const profile = await readProfile(world.directory, profileId);
  if (!profile) throw new Error('profile was not opened');
  const consent = {
    consentId: uuid(),
    decision: 'given' as const,
    noticeVersion: '1',
    method: 'form',
    language: 'en',
    at,
  };
  await collectConsent(
    stores(world),
    profile,
    { ...consent, purposes: ['terms-accepted'] },
    { named: [], now: at },
  );
  const controller = {
    controllerId,
    name: 'Shop',
    contactEmail: 'privacy@shop.example',
    country: 'DE',
    timeZone: seat.timeZone,
  };
  const item = {
    pk: `C#${controllerId}`,
    sk: 'META',
    ...controller,
    vendor: false,
    instructions: {},
    statedAt: at,
  };
  await world.clients.dynamo.send(new PutCommand({ TableName: world.sites.name, Item: item }));
  for (let start = 0; start < count; start += 100) {
    const size = Math.min(100, count - start);
    const records = Array.from({ length: size }, (_, index) => ({
      index,
      dataset: dataMap['support-case'],
      externalId: `case-${start + index}`,
      collectedAt: at,
      basis: 'contract' as const,
      data: { category: 'question', subject: `Subject ${start + index}`, openedAt: at },
    }));
    await collectRecords(stores(world), profile, records, { named: [], now: at, freshId: uuid });
  }
  return profileId;
}

/** A request in a site's session for this profile, proven and started: where a workflow begins. */
export async function startedRequest(world: World, controllerId: string, profileId: string): Promise<string> {
  const requestId = uuid();
  const owner = `R#${requestId}` as const;
  await mintKey(world.vault.keys, owner, 'request', await wrapNewKey(world.key('request'), owner, 'request'));
  const channel = {
    kind: 'site' as const,
    siteId: uuid(),
    controllerId,
    profileId,
    authenticatedAt: at,
    method: 'passkey',
  };
  const now = new Date();
  await fileBySite(world, world.vault, { requestId, right: 'access', channel, language: 'en', seat, now });
  const filed = await readRequest(world, requestId);
  if (!filed) throw new Error('request was not filed');
  const proof = await writeProof(world.requests, world.key('proof'), filed, {
    level: 2,
    method: 'site-session/passkey',
    now,
  });
  await transact(world.clients.dynamo, [proof]);
  const change = { at: now.toISOString(), actor: 'site' as const };
  await commitChange(world, requestId, { event: 'identity-verified', ...change });
  await commitChange(world, requestId, { event: 'started', ...change, set: { scope: [controllerId] } });
  return requestId;
}

/** Small pages and small bundles make a small profile take every way that a large one takes. */
export type Sizes = { pageSize?: number; pagesPerRun?: number; bundleBytes?: number };
export type ExportRun = Sizes & {
  attempt?: number;
  now?: () => Date;
  /** Calls the function of a step: a test can watch it. */
  call?: CallFunction;
};
export type CallFunction = <Answer>(step: string, work: () => Promise<Answer>) => Promise<Answer>;
/** Once, as it comes. */
export const callFunction: CallFunction = (_, work) => work();

/** Plan, collect in runs, build each bundle, conclude: the export machine from its first state to its last. */
export async function runExport(world: World, requestId: string, run: ExportRun = {}): Promise<void> {
  const { attempt = 1, now = () => new Date(), call = callFunction } = run;
  const { tasks } = await call('Plan', async () => {
    const request = await requireRequest(world, requestId);
    return planExport(world, request, { attempt, dataMapVersion, now: now().toISOString() });
  });
  const conclude = async (): Promise<void> => {
    const collected = await requireRequest(world, requestId);
    await concludeExport(world, collected, { attempt, now: now().toISOString() });
  };
  if (tasks === 0) return call('Conclude', conclude);
  for (let cursor: CollectCursor | undefined = { task: 0, page: 0 }; cursor;) {
    const from: CollectCursor = cursor;
    cursor = await call('Collect', () => collect(world, { requestId, attempt }, from, run));
  }
  const evidence = await publicKey(world.clients.kms, {
    keyId: world.key('evidence').keyId,
    use: 'evidence',
    validFrom: at,
  });
  for (let number: number | undefined = 1; number !== undefined;) {
    const bundle: number = number;
    number = await call('Build', async () => {
      const planned = await requireRequest(world, requestId, attempt);
      const sign = async (manifest: Buffer) => {
        const input = { requestId, attempt, number: bundle, tagManifest: manifest.toString('utf8') };
        return {
          jws: await signManifest(
            world.requests,
            { ...world.key('evidence'), kid: evidence.kid },
            input,
            now(),
          ),
          jwk: evidence,
        };
      };
      const built = await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
        buildBundle({ ...world, key, sign, ...describing(run) }, planned, bundle, now().toISOString()),
      );
      if (built.status !== 'open') throw new Error('request key is gone');
      return built.value.next;
    });
  }
  await call('Conclude', conclude);
}

const describing = ({ bundleBytes }: Sizes) => ({
  nameRecipient: () => Promise.resolve(undefined),
  describeController: (controllerId: string) =>
    Promise.resolve({
      controllerId,
      name: 'Shop',
      contact: 'privacy@shop.example',
      country: 'DE',
      kind: 'site' as const,
    }),
  issuer: { name: 'Vendor' },
  dataMapVersion,
  ...(bundleBytes === undefined ? {} : { limit: bundleBytes }),
});

async function collect(
  world: World,
  { requestId, attempt }: { requestId: string; attempt: number },
  from: CollectCursor,
  { pageSize, pagesPerRun = 2 }: Sizes,
): Promise<CollectCursor | undefined> {
  const request = await requireRequest(world, requestId, attempt);
  const right = requireExport(request.right);
  const tasks = await requirePlan(world.requests, world.planKey, request);
  const place = vaultPlace(world.records, world.vault, pageSize);
  let left = pagesPerRun;
  const mayGoOn = (): boolean => (left -= 1) > 0;
  const run = await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
    collectPages({ requestId, attempt, right, tasks, place, staging: world.staging, key, mayGoOn }, from),
  );
  if (run.status !== 'open') throw new Error('request key is gone');
  return run.value;
}
