/** Every leaf of a JSON value, by path. */
export function leavesOf(value: unknown, path = ''): { path: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, one]) =>
    one === undefined ? [] : leavesOf(one, path === '' ? key : `${path}.${key}`),
  );
}

/** A copy in which one leaf is another, or is there now. */
export function changeLeaf<Value extends object>(value: Value, path: string, leaf: unknown): Value {
  const copy = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy);
  (parent as Record<string, unknown>)[last] = leaf;
  return copy;
}
