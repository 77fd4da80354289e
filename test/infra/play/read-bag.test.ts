import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBag, textOf } from '#infra/local/play/bag.ts';
import { PlayFailure } from '#infra/local/play/failure.ts';
import { forgeZip } from '#test/shared/bundle/zip-tools.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'play-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fileWith = (content: Buffer): string => {
  const file = path.join(folder, 'bundle.zip');
  writeFileSync(file, content);
  return file;
};
const zipOf = (...names: string[]): Buffer =>
  forgeZip(names.map((name) => ({ name, content: Buffer.from(name) })));

describe('reading a bag out of a ZIP', () => {
  it('gives its folder and its files', async () => {
    const bag = await readBag(fileWith(zipOf('bag/a.txt', 'bag/data/b.txt')));
    expect(bag.folder).toBe('bag');
    expect([...bag.files.keys()]).toEqual(['a.txt', 'data/b.txt']);
    expect(textOf(bag, 'data/b.txt')).toBe('bag/data/b.txt');
    expect(() => textOf(bag, 'c.txt')).toThrow('holds no c.txt');
  });

  it.each([
    ['two folders', zipOf('one/a.txt', 'two/b.txt'), 'not one folder'],
    ['the same file twice', zipOf('bag/a.txt', 'bag/a.txt'), 'stands twice'],
    ['a path that leads out', zipOf('bag/a.txt', '../a.txt'), 'no ZIP that can be read'],
    ['anything else', Buffer.from('no ZIP at all'), 'no ZIP that can be read'],
  ])('A29: refuses %s', async (_, content, message) => {
    const refusal: unknown = await readBag(fileWith(content)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PlayFailure);
    expect(String(refusal)).toContain(message);
  });
});
