/** Paths and SHA-512 values of a BagIt manifest, or nothing where a line is not of that form or a path is there twice. */
export function parseManifest(text: string): ReadonlyMap<string, string> | undefined {
  const lines = text.split('\n');
  if (lines.pop() !== '') return undefined;
  const rows = lines.map((line) => /^([0-9a-f]{128}) {2}([\x21-\x7e]+)$/.exec(line));
  const hashes = new Map(rows.flatMap((row) => (row ? [[row[2] ?? '', row[1] ?? '']] : [])));
  return hashes.size === lines.length ? hashes : undefined;
}

/** The value of a label in `bag-info.txt`. */
export function bagInfoValue(text: string, label: string): string | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${label}: `));
  return line?.slice(label.length + 2);
}
