/**
 * A JSON object of some facts and one long list, an item a line, written as the items come.
 * @param items chunks of items, each already JSON
 */
export async function* jsonListFile(
  facts: Readonly<Record<string, unknown>>,
  listName: string,
  items: AsyncIterable<readonly object[]>,
): AsyncGenerator<Buffer> {
  const head = Object.entries(facts).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  );
  let before = `{\n${head.join('')}  ${JSON.stringify(listName)}: [\n`;
  for await (const chunk of items) {
    if (chunk.length === 0) continue;
    yield Buffer.from(before + chunk.map((item) => `    ${JSON.stringify(item)}`).join(',\n'));
    before = ',\n';
  }
  yield Buffer.from(before === ',\n' ? '\n  ]\n}\n' : `${before}  ]\n}\n`);
}
