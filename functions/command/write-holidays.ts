/** Writes the table of public holidays that due dates use. Run it once a year: `npm run holidays`. */
import { writeFileSync } from 'node:fs';
import Holidays from 'date-holidays';

const countries =
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK';
const years = [2026, 2027, 2028, 2029, 2030, 2031, 2032];

function holidaysOf(country: string): string[] {
  const calendar = new Holidays(country, { types: ['public'] });
  const days = years.flatMap((year) =>
    calendar.getHolidays(year).map((holiday) => holiday.date.slice(0, 10)),
  );
  return [...new Set(days)].sort();
}

const table = {
  source: 'npm package date-holidays 3.37.0 (ISC and CC-BY-3.0), nationwide public holidays',
  years: [years[0], years.at(-1)],
  countries: Object.fromEntries(countries.split(' ').map((country) => [country, holidaysOf(country)])),
};
const file = new URL('../../shared/requests/deadlines/holidays.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(table)}\n`);
