import { dataMap } from '#shared/data-map/data-map.ts';
import { fieldsOf, innerPath } from './fields.ts';
import { copyKinds } from './receipt-content.ts';

/** A leaf that each entry of a list has, and the values that it can have: its checksum shows that an entry was there. */
type Mark = { readonly leaf: string; readonly values: readonly string[]; readonly isName?: true };
const marks: Readonly<Record<string, Mark>> = {
  controllers: { leaf: 'places.0.place', values: ['vault'] },
  places: { leaf: 'place', values: ['vault'] },
  datasets: { leaf: 'dataset', values: Object.keys(dataMap), isName: true },
  remainingCopies: { leaf: 'what', values: copyKinds, isName: true },
};
/** Of a list from which more was taken out, the others are counted as changed. */
const mostTakenOut = 100;

/** An entry that a list had: its path then, and what it was about where that can be told. */
export type TakenOut = { readonly path: string; readonly about?: string };
type HadField = (path: string, value: unknown) => boolean;

/**
 * Entries that were taken out of the lists of a content, by the checksums of the fields that it had.
 * @returns also where a field stood before: what follows an entry that is gone has moved up
 */
export function findTakenOut(
  content: object,
  hadField: HadField,
): { takenOut: TakenOut[]; pathThen: (path: string) => string } {
  const takenOut: TakenOut[] = [];
  const indexesThen = new Map<string, readonly number[]>();
  const walk = (value: unknown, path: string, then: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const mark = Array.isArray(value) ? marks[path.split('.').at(-1) ?? ''] : undefined;
    const compared = mark && compareList(value as unknown[], then, mark, hadField);
    if (compared) {
      takenOut.push(...compared.takenOut);
      indexesThen.set(path, compared.indexes);
    }
    for (const [key, one] of Object.entries(value))
      walk(one, innerPath(path, key), innerPath(then, compared?.indexes[Number(key)] ?? key));
  };
  walk(content, '', '');
  const pathThen = (path: string): string => {
    let now = '';
    return path.split('.').reduce((then, key) => {
      const index = indexesThen.get(now)?.[Number(key)];
      now = innerPath(now, key);
      return innerPath(then, index ?? key);
    }, '');
  };
  return { takenOut, pathThen };
}

/** The index that each entry of a list had, or nothing where none is gone. */
function compareList(
  list: readonly unknown[],
  path: string,
  { leaf, values, isName }: Mark,
  hadField: HadField,
): { takenOut: TakenOut[]; indexes: number[] } | undefined {
  const markAt = (index: number): string | undefined =>
    values.find((value) => hadField(`${path}.${index}.${leaf}`, value));
  let length = list.length;
  while (length < list.length + mostTakenOut && markAt(length) !== undefined) length += 1;
  const gone = length - list.length;
  if (gone === 0) return undefined;
  const indexes: number[] = [];
  for (const [index, entry] of list.entries())
    indexes.push(indexThen(entry, [(indexes.at(-1) ?? -1) + 1, index + gone], path, hadField));
  const takenOut = Array.from({ length }, (_, index) => index)
    .filter((index) => !indexes.includes(index))
    .map((index) => {
      const about = isName && markAt(index);
      return { path: `${path}.${index}`, ...(about !== undefined && { about }) };
    });
  return { takenOut, indexes };
}

/** The first index of a range, both ends within, at which most fields of the entry had their checksum. */
function indexThen(
  entry: unknown,
  [first, last]: readonly [number, number],
  path: string,
  hadField: HadField,
): number {
  const fields = fieldsOf(entry);
  let best = { index: first, fit: -1 };
  for (let index = first; index <= last && best.fit < fields.length; index += 1) {
    const fit = fields.filter((field) =>
      hadField(innerPath(`${path}.${index}`, field.path), field.value),
    ).length;
    if (fit > best.fit) best = { index, fit };
  }
  return best.index;
}
