import { afterEach, describe, expect, it } from 'vitest';
import type { BundleContent } from '#shared/bundle/bundle-content.ts';
import { buildBundle, controllers, exampleContent, recordFile, sign } from './example-bundle.ts';

const [{ controllerId: shop } = { controllerId: '' }] = controllers;

describe('determinism', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('the same content makes the same bytes, signature/ apart, in any time zone and with any pages', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      recordId: `record-${index}`,
      dataset: 'device' as const,
      collectedAt: '2026-11-24T19:25:14.000Z',
      storedAt: '2026-11-24T19:30:00.000Z',
      basis: 'consent' as const,
      data: {
        userAgent: `Browser ${(index * 7919) % 1009} ${'x'.repeat(index % 90)}`,
        seenAt: '2026-11-24T19:25:14Z',
      },
    }));
    const paged = (size: number): BundleContent => {
      const pages = Array.from({ length: Math.ceil(many.length / size) }, (_, page) =>
        many.slice(page * size, (page + 1) * size),
      );
      return {
        ...exampleContent('access'),
        files: [recordFile({ controllerId: shop, dataset: 'device' }, 'access', pages)],
      };
    };
    const fixed = { jws: 'a.b.c', jwk: (await sign(Buffer.of(1))).jwk };
    const built: Buffer[] = [];
    for (const [TZ, size] of [
      ['UTC', 500],
      ['Pacific/Auckland', 500],
      ['America/Los_Angeles', 7],
    ] as const) {
      process.env['TZ'] = TZ;
      expect(new Date(0).getTimezoneOffset() === 0).toBe(TZ === 'UTC');
      built.push(await buildBundle(paged(size), () => Promise.resolve(fixed)));
    }
    const [first, ...others] = built;
    for (const other of others) expect(first && other.equals(first)).toBe(true);
  });

  it('the order of files and redactions does not matter', async () => {
    const content = exampleContent('access');
    const turned = {
      ...content,
      files: content.files.toReversed(),
      redactions: content.redactions.toReversed(),
    };
    const fixed = { jws: 'a.b.c', jwk: (await sign(Buffer.of(1))).jwk };
    const [one, other] = await Promise.all(
      [content, turned].map((each) => buildBundle(each, () => Promise.resolve(fixed))),
    );
    expect(one && other?.equals(one)).toBe(true);
  });
});
