/**
 * Deadlines of every AWS call. An HTTP API waits 30 s for its function, so a call that hangs must fail well before,
 * leaving time for two retries. Values in milliseconds.
 */
export const deadlines = {
  connectionTimeout: 2_000,
  requestTimeout: 8_000,
  throwOnRequestTimeout: true,
} as const;

/** Standard retry mode: exponential with jitter, for throttling and for transient faults only. */
export const retries = { maxAttempts: 4, retryMode: 'standard' } as const;
