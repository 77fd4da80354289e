import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import { functionNames, type FunctionName } from '#infra/powers/functions.ts';

/** Lambda takes more; this is what keeps a cold start short. Bytes, minified. */
export const mostBundleBytes = 1_000_000;

export type FunctionBundle = {
  /** Holds `handler.mjs` and nothing else. */
  readonly directory: string;
  readonly bytes: number;
  /** Files that went into it, from the project's root. */
  readonly sources: readonly string[];
  /** Modules that it loads when it runs: Node's own. */
  readonly external: readonly string[];
};

/** Thrown when a function's code is larger than `mostBundleBytes`; one without code fails in esbuild, by its name. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused';
}

const root = path.resolve(import.meta.dirname, '../..');

/** AWS runs ES modules; CommonJS packages inside of a bundle ask for `require`. */
const banner = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;

/**
 * Modules of Node as `require` gives them: where an ES module imports them, Node reads every export at once, and with that
 * loads what nobody asked for, some 30 ms at every cold start.
 */
const builtin = (name: string): string => path.join(root, `shared/aws/builtins/${name}.cjs`);

/** How code becomes what is deployed. */
export const bundling = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  alias: {
    ...{ http: builtin('http'), 'node:http': builtin('http') },
    ...{ crypto: builtin('crypto'), 'node:crypto': builtin('crypto') },
  },
  banner: { js: banner },
  minify: true,
  legalComments: 'none',
} as const satisfies BuildOptions;

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
    entryPoints: functionNames.map((name) => ({
      in: path.join(root, 'functions', name, 'handler.ts'),
      out: `${name}/handler`,
    })),
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    ...bundling,
    metafile: true,
    logLevel: 'error',
  });
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [path.resolve(root, file), output]),
  );
  const bundleOf = (name: FunctionName): [FunctionName, FunctionBundle] => {
    const directory = path.join(outdir, name);
    const output = outputs.get(path.join(directory, 'handler.mjs'));
    if (!output) throw new BundleRefused(`${name} was not bundled`);
    const { bytes, inputs, imports } = output;
    if (bytes >= mostBundleBytes) throw new BundleRefused(`${name} has ${bytes} bytes`);
    const external = imports.map((each) => each.path);
    return [name, { directory, bytes, sources: Object.keys(inputs), external }];
  };
  return Object.fromEntries(functionNames.map(bundleOf)) as Record<FunctionName, FunctionBundle>;
}
