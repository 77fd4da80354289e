/** The deployed functions themselves, on the tables and keys of a world. */
import path from 'node:path';
import { vi } from 'vitest';
import { variables } from '#shared/aws/variables.ts';
import type { WorldNames } from './vault-world.ts';

/** States a world in the environment, as a deployment does, and stops the clock. @returns what undoes it */
export function stateWorld(names: WorldNames, now: Date): () => void {
  const { tables, keys } = names;
  const stated: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(tables).map(([name, table]) => [`${name.toUpperCase()}_TABLE_NAME`, table]),
    ),
    ...{ NOTICE_KEY_ID: keys.notice, CHOICE_KEY_ID: keys.choice },
    ...{ PLAN_KEY_ID: keys.plan, PROOF_KEY_ID: keys.proof, EVIDENCE_KEY_ID: keys.evidence },
    ...{ COUNT_FOUND_KEY_ID: keys['count-found'], COUNT_ERASED_KEY_ID: keys['count-erased'] },
    COUNT_SEEN_KEY_ID: keys['count-seen'],
    ...{ WRAP_ORDINARY_KEY_ID: keys.ordinary, WRAP_RETAINED_KEY_ID: keys.retained },
    ...{ WRAP_REQUEST_KEY_ID: keys.request, INDEX_KEY_ID: keys.index },
    ...{ STAGING_BUCKET_NAME: names.staging, BUNDLES_BUCKET_NAME: names.bundles },
    ...{ LONGEST_FUNCTION_SECONDS: '900', KEY_RECOVERY_DAYS: '1', TABLE_RECOVERY_DAYS: '35' },
    ...{ QUEUE_RETENTION_DAYS: '14', LOG_RETENTION_DAYS: '90', SOFTWARE_VERSION: '0.1.0' },
    ...{ VENDOR_NAME: 'Vendor', PUBLIC_ORIGIN: 'https://rights.example' },
    ...{ COOLING_OFF_NORMAL: '100', COOLING_OFF_EXTENDED: '700', SMS_COUNTRIES: 'DE' },
    // Nobody listens: what follows is told by the reconciler.
    EFFECTS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/effects',
  };
  vi.useFakeTimers({ toFake: ['Date'], now });
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  for (const name of Object.keys(variables)) vi.stubEnv(name, stated[name] ?? '');
  return () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  };
}

type Handler = (event: unknown, context: object) => Promise<unknown>;
/** Calls a function as its machine does, with all the time there is. */
export async function callHandler(name: string, event: object): Promise<unknown> {
  const module = path.resolve(import.meta.dirname, '../../functions', name, 'handler.ts');
  const { handler } = (await import(module)) as { handler: Handler };
  return handler(event, { getRemainingTimeInMillis: () => 900_000 });
}
