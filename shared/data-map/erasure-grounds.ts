/** Why data has to go (GDPR Art. 17(1)). */
export const erasureGrounds = [
  '17(1)(a)',
  '17(1)(b)',
  '17(1)(c)',
  '17(1)(d)',
  '17(1)(e)',
  '17(1)(f)',
] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** On what a controller orders an erasure: its user's wish, or a ground of its own (P19). */
export const orderGrounds = ['subject-wish', ...erasureGrounds] as const;
export type OrderGround = (typeof orderGrounds)[number];

/** The ground in law: a controller that follows its user's wish needs the data no longer, whatever its basis was. */
export const groundOfOrder = (ground: OrderGround): ErasureGround =>
  ground === 'subject-wish' ? '17(1)(a)' : ground;
