import { may, type MachineName, type Power } from './power.ts';

/** The functions that each machine calls, one per task state. */
export const machinePowers: Record<MachineName, readonly Power[]> = {
  export: [
    may('function/workflow/plan-work', 'InvokeFunction'),
    may('function/workflow/collect-pages', 'InvokeFunction'),
    may('function/workflow/build-bundle', 'InvokeFunction'),
    may('function/workflow/conclude', 'InvokeFunction'),
  ],
  erasure: [
    may('function/workflow/plan-work', 'InvokeFunction'),
    may('function/workflow/preserve-held', 'InvokeFunction'),
    may('function/workflow/destroy-keys', 'InvokeFunction'),
    may('function/workflow/erase-rows', 'InvokeFunction'),
    may('function/workflow/scan-places', 'InvokeFunction'),
    may('function/invoked/sign', 'InvokeFunction'),
    may('function/workflow/conclude', 'InvokeFunction'),
  ],
};
