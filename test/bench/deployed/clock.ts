const RealDate = Date;
let ahead = 0;

/** The time of this process, which can be put ahead of the machine's. */
class ShiftedDate extends RealDate {
  constructor(...given: ConstructorParameters<typeof Date> | []) {
    if (given.length === 0) super(ShiftedDate.now());
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + ahead;
  }
}

/** Puts the clock of this process ahead by milliseconds. It never goes back. */
export function putClockAhead(milliseconds: number): void {
  globalThis.Date = ShiftedDate as DateConstructor;
  ahead = Math.max(ahead, milliseconds);
}

/** Puts it on to a moment: what would have been waited for is over. */
export const passTimeUntil = (moment: number): void => {
  putClockAhead(moment - RealDate.now());
};
