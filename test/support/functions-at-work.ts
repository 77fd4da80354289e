import type { CallFunction } from './export-work.ts';
import type { Turns } from './interleaving.ts';

/** The functions that work side by side in one test: an erasure looks again only when those have ended that may hold a key. */
export function watchFunctions(): (turns: Turns) => CallFunction {
  const atWork = new Set<symbol>();
  return (turns) => async (step, work) => {
    if (step === 'Let functions end') {
      const begun = [...atWork];
      while (begun.some((one) => atWork.has(one))) await turns.wait();
    }
    const mine = Symbol(step);
    atWork.add(mine);
    try {
      return await work();
    } finally {
      atWork.delete(mine);
    }
  };
}
