/** Runs work side by side, so much at once and no more. */
export type InFlight = {
  /** Starts work as soon as there is room for it. @throws what earlier work failed with; then nothing more is started */
  readonly start: (work: () => Promise<unknown>) => Promise<void>;
  /** Waits for all that was started. @throws what any of it failed with */
  readonly end: () => Promise<void>;
};

/**
 * At most `limit` promises at once, whatever the number of calls: the caller waits in `start`, so that nothing piles up.
 *
 * @example
 * const deletes = inFlight(8);
 * for (const batch of batches) await deletes.start(() => send(batch));
 * await deletes.end();
 */
export function inFlight(limit: number): InFlight {
  const running = new Set<Promise<void>>();
  let failed: Promise<unknown> | undefined;
  return {
    start: async (work) => {
      while (running.size >= limit) await Promise.race(running);
      await failed;
      const done = work();
      const one = done.then(
        () => void running.delete(one),
        () => {
          failed ??= done;
          running.delete(one);
        },
      );
      running.add(one);
    },
    end: async () => {
      await Promise.all(running);
      await failed;
    },
  };
}
