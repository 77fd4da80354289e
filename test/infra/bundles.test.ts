import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, mostBundleBytes } from '#infra/constructs/bundle-functions.ts';
import { functionNames } from '#infra/powers/functions.ts';

const bundles = bundleFunctions();

describe('bundles', () => {
  it.each(functionNames)('%s is one module of less than 1,000,000 bytes', (name) => {
    const { directory, bytes } = bundles[name];
    expect(readdirSync(directory)).toEqual(['handler.mjs']);
    const code = readFileSync(path.join(directory, 'handler.mjs'));
    expect(code.length).toBe(bytes);
    expect(code.length).toBeLessThan(mostBundleBytes);
    expect(mostBundleBytes).toBe(1_000_000);
  });

  it.each(functionNames)('A39: %s holds nothing of the engine, the tests or the app', (name) => {
    const { sources } = bundles[name];
    expect(sources).toContain(`functions/${name}/handler.ts`);
    expect(sources.filter((source) => /^(infra|test)\//.test(source))).toEqual([]);
  });

  it.each(functionNames)('%s brings its SDK, and loads nothing but Node’s own modules', (name) => {
    expect(bundles[name].external.filter((module) => !isBuiltin(module))).toEqual([]);
  });

  it.each(functionNames)('%s starts without WebSocket and Web Crypto, which nobody uses', (name) => {
    const costly = ['http', 'node:http', 'crypto', 'node:crypto'];
    expect(bundles[name].external.filter((module) => costly.includes(module))).toEqual([]);
  });
});
