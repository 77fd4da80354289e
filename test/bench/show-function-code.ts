import { mostBundleBytes } from '#infra/constructs/bundle-functions.ts';
import type { Deployment } from './deployed/deployment.ts';
import { measureFunctionCode } from './function-code.ts';
import { goals, verdict } from './goals.ts';
import { count, table } from './report.ts';

/** The functions' bundles, largest first. */
export function showFunctionCode(deployment: Deployment): void {
  const functions = measureFunctionCode(deployment).toSorted((a, b) => b.bytes - a.bytes);
  console.log(`
Functions: size of the bundle, minified (at most ${count(mostBundleBytes)} bytes), and its import in a fresh process, median of five`);
  const rows = functions.map(({ name, bytes, importMilliseconds }) => [
    ...[name, count(bytes), importMilliseconds.toFixed(0)],
    verdict(importMilliseconds, goals.importMilliseconds),
  ]);
  console.log(table(['', 'bytes', 'ms', `below ${goals.importMilliseconds} ms`], rows).join('\n'));
}
