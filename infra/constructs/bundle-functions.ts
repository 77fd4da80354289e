import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { functionNames, type FunctionName } from '#infra/powers/functions.ts';

/** Lambda takes more; this is what keeps a cold start short. Bytes, minified. */
export const mostBundleBytes = 1_000_000;

export type FunctionBundle = { readonly directory: string; readonly bytes: number };

/** Thrown when a function's code is missing or larger than `mostBundleBytes`. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused';
}

const root = path.resolve(import.meta.dirname, '../..');
const sourceOf = (name: FunctionName): string => path.join(root, 'functions', name, 'handler.ts');

/** AWS runs ES modules; CommonJS packages inside of a bundle ask for `require`. */
const banner = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;

/**
 * Bundles the code of all functions in one run of esbuild, each into a folder of its own with `handler.mjs`. The AWS SDK
 * is part of it, so that what was tested is what runs.
 * @throws BundleRefused
 */
export function bundleFunctions(): Record<FunctionName, FunctionBundle> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'data-rights-functions-'));
  process.once('exit', () => {
    rmSync(outdir, { recursive: true, force: true });
  });
  const { metafile } = buildSync({
    entryPoints: functionNames
      .filter((name) => existsSync(sourceOf(name)))
      .map((name) => ({ in: sourceOf(name), out: `${name}/handler` })),
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  const sizes = new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [path.resolve(root, file), output.bytes]),
  );
  const bundleOf = (name: FunctionName): [FunctionName, FunctionBundle] => {
    const directory = path.join(outdir, name);
    const bytes = sizes.get(path.join(directory, 'handler.mjs')) ?? writeStandIn(directory);
    if (bytes >= mostBundleBytes) throw new BundleRefused(`${name} has ${bytes} bytes`);
    return [name, { directory, bytes }];
  };
  return Object.fromEntries(functionNames.map(bundleOf)) as Record<FunctionName, FunctionBundle>;
}

/** TEMPORARY, while handlers are being written: a missing one becomes a function that fails when it is called. */
function writeStandIn(directory: string): number {
  const code = `export const handler = async () => { throw Object.assign(new Error('not written yet'), { name: 'NotWritten' }); };\n`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'handler.mjs'), code);
  return code.length;
}
