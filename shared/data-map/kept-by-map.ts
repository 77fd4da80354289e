import { dataMap, type DatasetName } from './data-map.ts';
import type { Exception } from './exception.ts';
import type { Retention } from './retention.ts';

/** Who says that something stays, why it may (Art. 17(3)), and the day on which that is looked at again at the latest. */
export type Kept = {
  readonly ground: 'data-map' | 'hold';
  readonly exception: Exception;
  readonly reviewAt: string;
};

/**
 * Ground, exception and review date of a dataset that the data map keeps through an erasure, or undefined where erasure
 * deletes it. `erasedAt` ends account, licence and consent; the review date is the last day of the term for a record made
 * on that very day, so that none stays longer.
 */
export function keptByMap(name: DatasetName, erasedAt: string): Kept | undefined {
  const { erasure, retention } = dataMap[name];
  if (erasure.effect === 'delete') return undefined;
  return {
    ground: 'data-map',
    exception: erasure.exception,
    reviewAt: lastDay(retention, erasedAt.slice(0, 10)),
  };
}

/** The last day of a term for a record made on `day`, which also ends what it is active for. Days compare as text. */
export function lastDay({ active, locked }: Retention, day: string): string {
  const used = 'for' in active ? add(day, active.for) : day;
  if (locked === 'none') return used;
  if ('for' in locked) return add(used, locked.for);
  const end = add(day, locked.until);
  return end > used ? end : used;
}

function add(day: string, period: string): string {
  const length = Number(period.slice(1, -1));
  const date = new Date(`${day}T00:00:00.000Z`);
  if (period.endsWith('Y')) date.setUTCFullYear(date.getUTCFullYear() + length);
  else date.setUTCDate(date.getUTCDate() + length);
  return date.toISOString().slice(0, 10);
}
