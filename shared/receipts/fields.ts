export type Field = { readonly path: string; readonly value: unknown };

/** Leaves of a JSON value in canonical order: numbers, strings, and empty lists, by path. */
export function fieldsOf(value: unknown, path = ''): Field[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) return [{ path, value }];
  const entries = Array.isArray(value) ? inner : inner.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries
    .filter(([, one]) => one !== undefined)
    .flatMap(([key, one]) => fieldsOf(one, innerPath(path, key)));
}

export const innerPath = (path: string, key: string | number): string =>
  path === '' ? String(key) : `${path}.${key}`;
