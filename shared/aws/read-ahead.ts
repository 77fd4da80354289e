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

/**
 * Reads each of these, `atOnce` side by side, and gives what was read in their order. What fails is thrown when its turn
 * comes, and is nobody's where that turn never comes. Whoever stops early waits for what was begun: it may use a lent key.
 */
export async function* readInOrder<Source, Read>(
  sources: readonly Source[],
  atOnce: number,
  read: (source: Source) => Promise<Read>,
): AsyncGenerator<Read, void> {
  const rest = sources.values();
  const begun: Promise<Read>[] = [];
  const begin = (): void => {
    const { done, value } = rest.next();
    if (done) return;
    const reading = read(value);
    reading.catch(() => undefined);
    begun.push(reading);
  };
  for (let count = 0; count < atOnce; count += 1) begin();
  try {
    for (let first = begun.shift(); first; first = begun.shift()) {
      const one: Read = await first;
      begin();
      yield one;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}
