import { createTable } from '#test/support/engine-table.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

/** Tables, keys and buckets for a run, `requests` with its index, whose writes cost too. */
export async function makeBenchWorld(_: object): Promise<{ world: WorldNames }> {
  const names = await makeWorld();
  const requests = (await createTable('requests', { work: true })).name;
  return { world: { ...names, tables: { ...names.tables, requests } } };
}
