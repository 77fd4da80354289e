/**
 * Reads one source after another; each is begun while what came before is in work, so that two are in memory. A read that
 * fails throws when its turn comes, and is nobody's where that turn never comes.
 */
export async function* readAhead<Source, Read>(
  sources: readonly Source[],
  read: (source: Source) => Promise<Read>,
): AsyncGenerator<Read, void> {
  const begin = (source: Source | undefined): Promise<Read> | undefined => {
    if (source === undefined) return undefined;
    const reading = read(source);
    reading.catch(() => undefined);
    return reading;
  };
  let coming = begin(sources[0]);
  for (let index = 1; coming; index += 1) {
    const one: Read = await coming;
    coming = begin(sources[index]);
    yield one;
  }
}
