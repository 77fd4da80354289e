/** The languages in which people are answered (G07). A further one: add it here, and the compiler names every missing text. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export type Localised = Readonly<Record<Language, string>>;
