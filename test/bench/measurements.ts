import { access, erasure } from './cost/journey.ts';
import { bundle } from './measured/bundle.ts';
import { encryption } from './measured/encryption.ts';
import { ingestion } from './measured/ingestion.ts';
import { plain } from './measured/plain.ts';
import { seed } from './measured/profile.ts';
import { startWork, step } from './measured/step.ts';
import { makeBenchWorld } from './measured/world.ts';

/** What can be done in a process of its own, by name. */
export const measurements = {
  ...{ makeBenchWorld, seed, plain, startWork, step },
  ...{ encryption, ingestion, bundle, access, erasure },
} as const;
export type Measurements = typeof measurements;
