/** Lines of a table: the first column left, the others right, as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const write = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [write(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(write)];
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const times = (value: number): string => `${value.toFixed(2)} times`;
export const dollars = (value: number): string => `$${value.toFixed(6)}`;
