import table from './holidays.json' with { type: 'json' };

const byCountry = new Map<string, ReadonlySet<string>>(
  Object.entries(table.countries).map(([country, days]) => [country, new Set(days)]),
);

/**
 * Whether a day (`2027-01-01`) is a public holiday of the whole country (ISO 3166 alpha-2). A country or year that the
 * table does not hold has no holidays here, so its due dates come earlier, never later.
 */
export const isHoliday = (country: string, day: string): boolean => byCountry.get(country)?.has(day) ?? false;
