import { access as accessCost, erasure as erasureCost } from './cost/journey.ts';
import { bundle } from './measured/bundle.ts';
import { encryption } from './measured/encryption.ts';
import { ingestion } from './measured/ingestion.ts';
import { seed } from './measured/profile.ts';
import { access, erasure } from './measured/work.ts';
import { makeBenchWorld } from './measured/world.ts';

/** What can be done in a process of its own, by name. */
export const measurements = {
  ...{ makeBenchWorld, seed, access, erasure },
  ...{ encryption, ingestion, bundle, accessCost, erasureCost },
} as const;
export type Measurements = typeof measurements;
