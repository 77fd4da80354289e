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
