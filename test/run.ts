/** `npm test`: types, lint, formatting, unused code, then every test; ends with one line of true counts. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';

type Outcome = { passed: number; failed: number; skipped: number };

async function run(command: string, args: readonly string[], stdio: SpawnOptions['stdio']): Promise<boolean> {
  const [code] = (await once(spawn(`node_modules/.bin/${command}`, args, { stdio }), 'exit')) as [number];
  return code === 0;
}

async function check(title: string, command: string, ...args: string[]): Promise<Outcome> {
  console.log(`\n— ${title}`);
  const passed = await run(command, args, 'inherit');
  console.log(passed ? `ok: ${title}` : `FAILED: ${title}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

async function runTests(
  name: string,
  projects: readonly string[],
  stdio: SpawnOptions['stdio'],
): Promise<Outcome> {
  const results = `.local/${name}-results.json`;
  rmSync(results, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const passed = await run('vitest', ['run', ...chosen, ...output, ...process.argv.slice(2)], stdio);
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(results, 'utf8')) as Record<
    'numPassedTests' | 'numFailedTests' | 'numFailedTestSuites' | 'numPendingTests',
    number
  >;
  const failed = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites;
  return {
    passed: report.numPassedTests,
    failed: passed || failed > 0 ? failed : 1,
    skipped: report.numPendingTests,
  };
}

/** Mostly waits, for cooling-offs and for its engine, and so runs beside all else; what it prints comes in the end. */
async function runBeside(name: string, projects: readonly string[]): Promise<Outcome> {
  const log = `.local/${name}.log`;
  const file = openSync(log, 'w');
  try {
    return await runTests(name, projects, ['ignore', file, file]);
  } finally {
    closeSync(file);
  }
}

mkdirSync('.local', { recursive: true });
const beside = runBeside('tests-beside', ['app', 'workflow']);
const outcomes = [
  await check('types', 'tsc', '-p', 'tsconfig.json'),
  await check('lint', 'eslint', '--max-warnings', '0', '.'),
  await check('formatting', 'prettier', '--check', '--log-level', 'warn', '.'),
  await check('unused code', 'knip'),
];
console.log('\n— tests: rules, template, engine');
outcomes.push(await runTests('tests', ['rules', 'template', 'engine'], 'inherit'));
console.log('\n— tests: app, workflow');
outcomes.push(await beside);
process.stdout.write(readFileSync('.local/tests-beside.log'));
const sum = (key: keyof Outcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
