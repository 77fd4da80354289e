import { goals, verdict } from './goals.ts';
import type { Cost } from './cost/journey.ts';
import type { Deployment } from './deployed/deployment.ts';
import type { Measure } from './fresh-process.ts';
import { dollars, table } from './report.ts';

const referenceRecords = 200;

/** What an access and an erasure of the reference profile cost on AWS, from counted calls. */
export async function showCosts(measure: Measure, { deployment }: { deployment: Deployment }): Promise<void> {
  // A world of its own: scheduled runs work on all that is due in it.
  const { world } = await measure('makeBenchWorld', {});
  const profile = await measure('seed', { world, records: referenceRecords });
  const input = { world, deployment, profile };
  const access = await measure('access', input);
  const erasure = await measure('erasure', input);
  console.log(`
Cost of a reference profile of ${referenceRecords} records of 300 bytes, by e-mail code
Every AWS call of the functions' own handlers is counted, from the person's first call to the download, or the receipt.
DynamoDB's units are those that dynoxide reports. Lambda's time is measured here, warm, at this machine's speed. A message
counts as sent, received and deleted. List prices of us-east-1, 24 November 2026, without free tiers. Not counted: logs,
cold starts, polling of empty queues, scheduled runs that find nothing, keys and alarms by the month.`);
  const whats = [...new Set([...access.bill, ...erasure.bill].map(({ what }) => what))];
  const rows = whats.map((what) => [what, ...cellsOf(access, what), ...cellsOf(erasure, what)]);
  const totals = [access, erasure].flatMap((one) => [`${one.requests} calls`, dollars(one.dollars)]);
  const head = ['', 'access', '', 'erasure', ''];
  console.log(table(head, [...rows, ['all', ...totals]]).join('\n'));
  const pair = access.dollars + erasure.dollars;
  console.log(
    `both: ${dollars(pair)}, goal ${dollars(goals.pairDollars)} ${verdict(pair, goals.pairDollars)}`,
  );
}

function cellsOf({ bill }: Cost, what: string): [string, string] {
  const line = bill.find((one) => one.what === what);
  if (!line) return ['', ''];
  const { amount } = line;
  const shown = Number.isInteger(amount) ? String(amount) : amount.toPrecision(3);
  return [shown, dollars(line.dollars)];
}
