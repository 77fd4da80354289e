import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dueBy, dueDay, dueOnOf, earliest, lapseAt, terms } from '#shared/requests/deadlines/due-date.ts';
import { isHoliday } from '#shared/requests/deadlines/holidays.ts';
import table from '#shared/requests/deadlines/holidays.json' with { type: 'json' };

const berlin = { country: 'DE', timeZone: 'Europe/Berlin' };
const dueOf = (receivedAt: string, seat = berlin, months?: number): string =>
  dueDay(receivedAt, seat, months).toString();

const dueAt = (receivedAt: string, seat = berlin, months?: number): string =>
  dueBy(receivedAt, seat, months).dueAt;

describe('G08: due dates', () => {
  it.each([
    { receivedAt: '2027-03-05T09:00:00Z', due: '2027-04-05', why: 'the day with the same number' },
    { receivedAt: '2027-08-31T09:00:00Z', due: '2027-09-30', why: 'a month without a 31st' },
    { receivedAt: '2026-11-30T23:30:00Z', due: '2027-01-04', why: '1 December at the seat, New Year' },
    { receivedAt: '2027-01-31T09:00:00Z', due: '2027-03-01', why: '28 February is a Sunday' },
    { receivedAt: '2027-11-26T09:00:00Z', due: '2027-12-27', why: 'Second Christmas Day, a Sunday' },
    { receivedAt: '2028-01-29T09:00:00Z', due: '2028-02-29', why: 'a leap year' },
    { receivedAt: '2027-02-26T09:00:00Z', due: '2027-03-30', why: 'Good Friday to Easter Monday' },
    { receivedAt: '2027-03-06T22:59:00Z', due: '2027-04-06', why: 'before midnight at the seat' },
    { receivedAt: '2027-03-06T23:00:00Z', due: '2027-04-07', why: 'after midnight at the seat' },
  ])('$receivedAt -> $due ($why)', ({ receivedAt, due }) => {
    expect(dueOf(receivedAt)).toBe(due);
  });

  it('an extended one counts three months from the receipt, not from the first end', () => {
    expect(dueOf('2027-01-31T09:00:00Z', berlin, terms.extendedMonths)).toBe('2027-04-30');
  });

  it.each([
    { country: 'DE', timeZone: 'Europe/Berlin', due: '2027-01-07', why: 'no holiday of the whole country' },
    { country: 'AT', timeZone: 'Europe/Vienna', due: '2027-01-07', why: 'the day after Epiphany' },
    { country: 'US', timeZone: 'America/New_York', due: '2027-01-06', why: 'received a day earlier there' },
  ])('follow the seat: $country, $due ($why)', ({ due, ...seat }) => {
    expect(dueOf('2026-12-07T03:00:00Z', seat)).toBe(due);
  });

  it('a holiday of the seat alone moves the end', () => {
    const received = '2026-12-06T12:00:00Z';

    expect(dueOf(received)).toBe('2027-01-06');
    expect(dueOf(received, { country: 'AT', timeZone: 'Europe/Vienna' })).toBe('2027-01-07');
  });

  it('end with the last second of the day at the seat, summer time included', () => {
    expect(dueAt('2027-03-05T09:00:00Z', berlin)).toBe('2027-04-05T21:59:59.000Z');
    expect(dueAt('2026-11-30T23:30:00Z', berlin)).toBe('2027-01-04T22:59:59.000Z');
    expect(dueAt('2027-02-28T09:00:00Z', berlin)).toBe('2027-03-30T21:59:59.000Z');
  });
});

describe('G08: whatever the day of receipt, country and zone', () => {
  const receipts = fc.date({
    min: new Date('2026-01-01T00:00:00Z'),
    max: new Date('2032-08-01T00:00:00Z'),
    noInvalidDate: true,
  });
  const seats = fc.record({
    country: fc.constantFrom(...Object.keys(table.countries), 'US', 'ZZ'),
    timeZone: fc.constantFrom(
      'Europe/Berlin',
      'Pacific/Auckland',
      'America/Los_Angeles',
      'UTC',
      'Asia/Kolkata',
    ),
  });

  it('the end is a working day, not before the month is over, and at most ten days later', () => {
    fc.assert(
      fc.property(receipts, seats, (date, seat) => {
        const received = Temporal.Instant.fromEpochMilliseconds(date.getTime());
        const localDay = received.toZonedDateTimeISO(seat.timeZone).toPlainDate();
        const month = localDay.add({ months: 1 });
        const due = dueDay(date.toISOString(), seat);
        const moved = month.until(due, { largestUnit: 'days' }).days;

        expect(moved).toBeGreaterThanOrEqual(0);
        expect(moved).toBeLessThanOrEqual(10);
        expect(due.dayOfWeek).toBeLessThanOrEqual(5);
        expect(isHoliday(seat.country, due.toString())).toBe(false);
      }),
    );
  });

  it('the extended end is never before the normal one, and a lapse never after it', () => {
    fc.assert(
      fc.property(receipts, seats, (date, seat) => {
        const at = date.toISOString();

        expect(dueAt(at, seat, terms.extendedMonths) >= dueAt(at, seat)).toBe(true);
        expect(lapseAt(at) < dueAt(at, seat)).toBe(true);
      }),
    );
  });
});

describe('lapseAt', () => {
  it('is 14 days of 24 hours later, over the change of clocks too', () => {
    expect(lapseAt('2027-03-20T12:34:56.789Z')).toBe('2027-04-03T12:34:56.789Z');
  });
});

describe('earliest', () => {
  it('G08: moves a due date forward, never back, and its day with it', () => {
    const [own, sooner, later] = [
      { dueAt: '2027-04-05T21:59:59.000Z', dueOn: '2027-04-05' },
      { dueAt: '2027-04-03T03:59:59.000Z', dueOn: '2027-04-02' },
      { dueAt: '2027-04-09T21:59:59.000Z', dueOn: '2027-04-09' },
    ];

    expect(earliest(own, later)).toBe(own);
    expect(earliest(own, later, sooner)).toBe(sooner);
    expect(earliest(own)).toBe(own);
  });
});

describe('dueOnOf', () => {
  it('is the day that was kept, or that of the instant where none was', () => {
    const dueAt = '2027-04-06T03:59:59.000Z';

    expect(dueOnOf({ dueAt, dueOn: '2027-04-05' })).toBe('2027-04-05');
    expect(dueOnOf({ dueAt })).toBe('2027-04-06');
  });
});

describe('the table of holidays', () => {
  it('G08: names its source and licence, and covers what it says it covers', () => {
    expect(table.source).toMatch(/^npm package date-holidays \d+\.\d+\.\d+ \(.*CC-BY/);
    for (const [country, days] of Object.entries(table.countries)) {
      for (let year = table.years[0] ?? 0; year <= (table.years[1] ?? 0); year += 1) {
        const ofYear = days.filter((day) => day.startsWith(`${year}-`));
        expect([country, year, ofYear.length > 4]).toEqual([country, year, true]);
      }
      expect(days).toContain('2027-01-01');
    }
  });

  it('knows no other country and no other year', () => {
    expect(isHoliday('US', '2027-07-04')).toBe(false);
    expect(isHoliday('DE', '2033-01-01')).toBe(false);
    expect(isHoliday('DE', '2027-01-01')).toBe(true);
  });
});
