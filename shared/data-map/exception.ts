/** Why something may stay (GDPR Art. 17(3), G16). */
export const exceptions = ['17(3)(a)', '17(3)(b)', '17(3)(c)', '17(3)(d)', '17(3)(e)'] as const;
export type Exception = (typeof exceptions)[number];
