/**
 * The same items, each asked for while the one before it is worked on: so two are in memory. What fails is thrown when its
 * turn comes. Whoever stops early waits for what was asked for, and for the source to end.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  const items = source[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<Item, unknown>> => {
    const asked = items.next();
    asked.catch(() => undefined);
    return asked;
  };
  let coming = ask();
  try {
    for (let one = await coming; one.done !== true; one = await coming) {
      coming = ask();
      yield one.value;
    }
  } finally {
    await coming.catch(() => undefined);
    await items.return?.();
  }
}
