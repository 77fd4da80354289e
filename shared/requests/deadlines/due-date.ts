import { Temporal } from 'temporal-polyfill';
import { isHoliday } from './holidays.ts';

/** Where the controller sits: its holidays and its clock. */
export type Seat = { readonly country: string; readonly timeZone: string };
/** GDPR Art. 12(3): one month, or three where it was extended. The law may change: terms are data. */
export const terms = { months: 1, extendedMonths: 3, lapseDays: 14, contactDays: 30 } as const;

function isWorkingDay(day: Temporal.PlainDate, country: string): boolean {
  return day.dayOfWeek <= 5 && !isHoliday(country, day.toString());
}

/**
 * Last day of a term of whole months from the receipt, in the seat's own days. It ends on the day with the same number
 * (a month without it: its last day); an end on a weekend or a public holiday moves to the next working day
 * (Regulation 1182/71 Art. 3(2)(c), (4); EDPB Guidelines 01/2022, 160-161).
 */
export function dueDay(receivedAt: string, seat: Seat, months: number = terms.months): Temporal.PlainDate {
  const received = Temporal.Instant.from(receivedAt).toZonedDateTimeISO(seat.timeZone).toPlainDate();
  let day = received.add({ months }, { overflow: 'constrain' });
  while (!isWorkingDay(day, seat.country)) day = day.add({ days: 1 });
  return day;
}

/** When an answer is due: `dueAt`, the last second of the due day at the seat, in UTC; `dueOn`, that day as people say it. */
export type Due = { readonly dueAt: string; readonly dueOn: string };

export function dueBy(receivedAt: string, seat: Seat, months: number = terms.months): Due {
  const day = dueDay(receivedAt, seat, months);
  const end = day.add({ days: 1 }).toZonedDateTime(seat.timeZone).subtract({ seconds: 1 });
  return { dueAt: end.toInstant().toString({ fractionalSecondDigits: 3 }), dueOn: day.toString() };
}

/** The due day of a stored request; rows of before it was kept have the day of `dueAt` in UTC. */
export const dueOnOf = ({ dueAt, dueOn }: { dueAt: string; dueOn?: string | undefined }): string =>
  dueOn ?? dueAt.slice(0, 'yyyy-mm-dd'.length);

/** The earliest of several due dates: a chosen controller's calendar may only move a due date forward. */
export const earliest = (...dues: readonly [Due, ...Due[]]): Due =>
  dues.reduce((first, due) => (due.dueAt < first.dueAt ? due : first));

/** When the key of an ended request, and with it the contact, is destroyed (G01). */
export const forgetAt = (endedAt: string): string =>
  new Date(Date.parse(endedAt) + terms.contactDays * 86_400_000).toISOString();

/** When a request that nobody proved lapses. */
export const lapseAt = (receivedAt: string): string =>
  new Date(Date.parse(receivedAt) + terms.lapseDays * 86_400_000).toISOString();
