import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBundleBytes, planBundle, type BundlePlan } from '#shared/bundle/plan-bundles.ts';
import { redaction } from '#shared/bundle/redaction.ts';
import type { StagedPage, StagingManifest } from '#shared/bundle/staging/staged-page.ts';

const limit = 100;
const page = (key: string, bytes: number, change: Partial<StagedPage> = {}): StagedPage => ({
  key,
  controllerId: 'shop',
  dataset: 'device',
  count: 1,
  bytes,
  ...change,
});
async function* stream(manifests: readonly StagingManifest[]): AsyncGenerator<StagingManifest> {
  for (const one of manifests) yield await Promise.resolve(one);
}
const manifestsOf = (...runs: StagedPage[][]): StagingManifest[] =>
  runs.map((pages) => ({ pages, redactions: [] }));
const keysOf = ({ files }: BundlePlan): string[] => files.flatMap(({ pages }) => pages.map(({ key }) => key));
/** Every bundle of the manifests, in order. */
async function planAll(manifests: readonly StagingManifest[]): Promise<BundlePlan[]> {
  const plans = [await planBundle(stream(manifests), 1, limit)];
  while (plans.length < (plans[0]?.of ?? 0))
    plans.push(await planBundle(stream(manifests), plans.length + 1, limit));
  return plans;
}

describe('planBundle', () => {
  it.each([
    { sizes: [], bundles: [[]], why: 'nothing: one bundle that says so' },
    { sizes: [40, 60], bundles: [['0', '1']], why: 'exactly the limit' },
    { sizes: [40, 61], bundles: [['0'], ['1']], why: 'one byte more' },
    { sizes: [101], bundles: [['0']], why: 'one page over the limit: it cannot be split' },
    { sizes: [101, 1, 250, 1], bundles: [['0'], ['1'], ['2'], ['3']], why: 'such pages between others' },
    { sizes: [60, 60, 40, 10], bundles: [['0'], ['1', '2'], ['3']], why: 'in order: no filling up later' },
  ])('bounds a bundle by its bytes: $why', async ({ sizes, bundles }) => {
    const plans = await planAll(manifestsOf(sizes.map((bytes, n) => page(String(n), bytes))));

    expect(plans.map(keysOf)).toEqual(bundles);
    expect(plans.map(({ of }) => of)).toEqual(bundles.map(() => bundles.length));
  });

  it('A29: keeps a controller’s dataset together, in the order it was staged, over all runs', async () => {
    const [plan] = await planAll(
      manifestsOf(
        [page('a', 1), page('b', 1, { dataset: 'account' }), page('c', 1, { controllerId: 'vendor' })],
        [page('d', 1), page('e', 1, { controllerId: 'vendor' })],
      ),
    );

    expect(
      plan?.files.map((file) => [file.controllerId, file.dataset, file.pages.map(({ key }) => key)]),
    ).toEqual([
      ['shop', 'device', ['a', 'd']],
      ['shop', 'account', ['b']],
      ['vendor', 'device', ['c', 'e']],
    ]);
  });

  it('G13: sums the redactions of all runs, the same in each bundle', async () => {
    const left = redaction('device', 'secret', { field: 'ip', controllerId: 'shop' });
    const runs = manifestsOf([page('a', 60)], [page('b', 60)]).map((run) => ({
      ...run,
      redactions: [left, left],
    }));

    const plans = await planAll(runs);

    expect(plans.map(({ redactions }) => redactions)).toEqual([
      [{ ...left, count: 4 }],
      [{ ...left, count: 4 }],
    ]);
  });

  it('puts every page into one bundle, none over the limit alone, the same each time', async () => {
    const pages = fc.array(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pages, async (runs) => {
        const manifests = manifestsOf(
          ...runs.map((run, r) => run.map((bytes, n) => page(`${r}-${n}`, bytes))),
        );
        const all = manifests.flatMap((run) => run.pages.map(({ key }) => key));
        const plans = await planAll(manifests);

        expect(plans.flatMap(keysOf)).toEqual(all);
        for (const { files } of plans) {
          const own = files.flatMap((file) => file.pages);
          expect(own.length === 1 || own.reduce((sum, { bytes }) => sum + bytes, 0) <= limit).toBe(true);
        }
        expect(await planAll(manifests)).toEqual(plans);
      }),
    );
  });

  it('holds at most 2 GiB where nobody says otherwise', async () => {
    expect(maxBundleBytes).toBe(2_147_483_648);
    const half = maxBundleBytes / 2;

    expect((await planBundle(stream(manifestsOf([page('a', half), page('b', half)])), 1)).of).toBe(1);
    expect((await planBundle(stream(manifestsOf([page('a', half), page('b', half + 1)])), 1)).of).toBe(2);
  });
});
