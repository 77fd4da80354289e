/** `npm test`: types, lint, formatting, unused code, then every test; ends with one line of true counts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

type Outcome = { passed: number; failed: number; skipped: number };
const results = '.local/test-results.json';

function check(title: string, command: string, ...args: string[]): Outcome {
  console.log(`\n— ${title}`);
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' });
  console.log(status === 0 ? `ok: ${title}` : `FAILED: ${title}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

function runTests(): Outcome {
  console.log('\n— tests');
  rmSync(results, { force: true });
  const { status } = spawnSync('node_modules/.bin/vitest', ['run', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(results, 'utf8')) as Record<
    'numPassedTests' | 'numFailedTests' | 'numFailedTestSuites' | 'numPendingTests',
    number
  >;
  const failed = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites;
  return {
    passed: report.numPassedTests,
    failed: status === 0 || failed > 0 ? failed : 1,
    skipped: report.numPendingTests,
  };
}

mkdirSync('.local', { recursive: true });
const outcomes = [
  check('types', 'tsc', '-p', 'tsconfig.json'),
  check('lint', 'eslint', '--max-warnings', '0', '.'),
  check('formatting', 'prettier', '--check', '--log-level', 'warn', '.'),
  check('unused code', 'knip'),
  runTests(),
];
const sum = (key: keyof Outcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
