/** The steps of the erasure machine as one run over a world: what the functions do, without the functions. */
import { throughTasks } from '#functions/workflow/through-tasks.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { openLevels } from '#shared/identity/level.ts';
import { requireProof } from '#shared/identity/proof.ts';
import { buildReceipt, type ReceiptFacts } from '#shared/receipts/build-receipt.ts';
import { signReceipt } from '#shared/receipts/sign-receipt.ts';
import { announceErasure } from '#shared/requests/announce-erasure.ts';
import { concludeErasure } from '#shared/requests/conclude-erasure.ts';
import { destroyProfileKeys, preserveProfile } from '#shared/requests/erase-profile.ts';
import { planErasure } from '#shared/requests/plan-erasure.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { recordScan, scanProfile } from '#shared/requests/scan-profile.ts';
import { requirePlan, type Task } from '#shared/requests/tasks.ts';
import { eraseRows } from '#shared/retention/erase-rows.ts';
import { callFunction, type CallFunction } from './export-work.ts';
import { tellAll } from './erasure-request.ts';
import { evidenceKey } from './evidence-key.ts';
import type { World } from './vault-world.ts';

export type ErasureRun = {
  readonly attempt?: number;
  /** Small pages make a small profile take every way that a large one takes; without it a run does all. */
  readonly pageSize?: number;
  /** Calls the function of a step: a test can watch it, or call it again as a retry does. */
  readonly call?: CallFunction;
  /** What the machine waits for while other work on a profile has the first turn; without it that error is thrown. */
  readonly whenBusy?: () => Promise<void>;
  readonly now?: () => Date;
};

const busy = new Set(['ExportAtWork', 'ProfileInErasure']);
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Announce to conclude, without the cooling-off: the erasure machine from its first state to its last. */
export async function runErasure(world: World, requestId: string, run: ErasureRun = {}): Promise<void> {
  const { call = callFunction, whenBusy } = run;
  const functions = erasureFunctions(world, requestId, run);
  /** One round after the other, each with the cursor of the one before. */
  const loop = async (step: string, round: Round): Promise<void> => {
    for (let cursor: Cursor | undefined = { task: 0 }; cursor;) {
      const from: Cursor = cursor;
      try {
        cursor = (await call(step, () => round(from))).cursor;
      } catch (error) {
        if (!whenBusy || !busy.has(nameOf(error))) throw error;
        await whenBusy();
      }
    }
  };
  await call('Announce', functions.announce);
  if ((await call('Plan', functions.plan)) === 0) return call('Conclude', () => functions.conclude());
  for (let destroyed = false; !destroyed;) {
    await loop('Preserve', functions.preserve);
    destroyed = await call('Destroy', functions.destroy);
  }
  await loop('Erase', functions.erase);
  await call('Let functions end', () => Promise.resolve());
  await loop('Scan', functions.scan);
  const receipt = await call('Sign', functions.sign);
  await call('Conclude', () => functions.conclude(receipt));
}

const coolingOff = { normal: 0, extended: 0 };
type Cursor = { task: number };
type Round = (from: Cursor) => Promise<{ cursor?: Cursor }>;

/** Each function of the machine; every call of one reads what it needs anew, as its handler does. */
export function erasureFunctions(
  world: World,
  requestId: string,
  { attempt = 1, pageSize, now = () => new Date() }: ErasureRun = {},
) {
  const stores = { ...world, keys: world.vault.keys };
  const mine = () => ({ requestId, attempt, now: now().toISOString() });
  const sized = pageSize === undefined ? {} : { pageSize };
  const tasksNow = () => requirePlan(world.requests, world.planKey, { requestId, attempt });
  const remaining = () => (pageSize === undefined ? Infinity : 0);
  const rounds =
    (work: (task: Task, mayGoOn: () => boolean) => Promise<{ done: boolean }>): Round =>
    async (from) =>
      throughTasks(await tasksNow(), { from, remaining }, work);
  const provenNow = async () => {
    const request = await requireRequest(world, requestId);
    return { request, proof: await requireProof(world.requests, world.key('proof'), request) };
  };
  return {
    announce: async () => {
      const { request, proof } = await provenNow();
      const levelIn = await openLevels(world.index, proof, request, mine().now);
      await announceErasure(world, request, { ...mine(), coolingOff, levelIn, mayText: () => true });
      await tellAll(world, requestId, mine().now);
    },
    plan: async () => {
      const { request, proof } = await provenNow();
      const levelIn = await openLevels(world.index, proof, request, mine().now);
      const planned = await planErasure(world, request, { ...mine(), coolingOff, levelIn, dataMapVersion });
      if ('until' in planned) throw new Error(`cools off until ${planned.until}`);
      return planned.tasks;
    },
    preserve: rounds(async (task, mayGoOn) => {
      await requireRequest(world, requestId, attempt);
      return preserveProfile(world, task, { ...mine(), mayGoOn, ...sized });
    }),
    /** False where a hold came or went: then what is held is preserved again. */
    destroy: async () => {
      try {
        for (const task of await tasksNow()) await destroyProfileKeys(stores, task, mine());
        return true;
      } catch (error) {
        if (nameOf(error) === 'HoldChanged') return false;
        throw error;
      }
    },
    erase: rounds(async ({ profileId, aim }, mayGoOn) => {
      await requireRequest(world, requestId, attempt);
      return aim === 'erase' ? eraseRows(world, { ...mine(), profileId, mayGoOn, ...sized }) : { done: true };
    }),
    scan: async (from: Cursor) => {
      const next = await rounds((task, mayGoOn) =>
        scanProfile(stores, task, { ...mine(), mayGoOn, ...sized }),
      )(from);
      if (!next.cursor) await recordScan(stores, await tasksNow(), mine());
      return next;
    },
    sign: async () => {
      const request = await requireRequest(world, requestId, attempt);
      const content = await buildReceipt(world, request, receiptFacts);
      return signReceipt(world.requests, await evidenceKey(world), request, content, now());
    },
    conclude: async (receipt?: string) => {
      const request = await requireRequest(world, requestId);
      await concludeErasure(world, request, { ...mine(), receipt });
    },
  };
}

/** What a receipt says of its issuer and of the deployed settings, in every test. */
export const receiptFacts: ReceiptFacts = {
  settings: {
    ...{ longestFunctionSeconds: 900, keyRecoveryDays: 1, tableRecoveryDays: 35 },
    ...{ queueRetentionDays: 14, logRetentionDays: 30 },
  },
  softwareVersion: '0.1.0',
  issuer: { name: 'Vendor', keys: 'https://rights.example/v1/keys' },
  nameController: () => Promise.resolve('Shop'),
};
