/** What the figures are held against, of a profile of 100,000 records. */
export const goals = {
  accessSeconds: 5,
  erasureSeconds: 10,
  megabytes: 256,
  /** An access and an erasure of the reference profile together. */
  pairDollars: 0.0025,
  importMilliseconds: 120,
} as const;
export const largest = 100_000;

export const verdict = (value: number, goal: number): string => (value < goal ? 'met' : 'MISSED');
