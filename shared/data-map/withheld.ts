/** Why part of what is on record is not given out, or not erased (G09). */
export const withheldReasons = [
  'given-back',
  'identifier-linked-recently',
  'in-erasure',
  'needs-level-2',
  'no-longer-opened',
  'under-hold',
] as const;
export type WithheldReason = (typeof withheldReasons)[number];
