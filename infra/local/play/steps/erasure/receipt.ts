import { readReceipt } from '../../check-receipt.ts';
import { fetchReceipt, type FetchedReceipt } from '../../fetch-receipt.ts';
import { fetchKeys, saveKeys } from '../../published-keys.ts';
import type { ReceiptContent } from '../../receipt.ts';
import { runVerifier } from '../../run-verifier.ts';
import { sealedRecords, type SealedRecord } from '../../sealed-record.ts';
import { showReceipt } from '../../show-receipt.ts';
import { personOf } from '../../site-user.ts';
import { cast, type Stage } from '../../stage.ts';
import type { ProvenRequest } from '../../subject-request.ts';
import { ground } from './asked.ts';
import type { Before } from './before.ts';

/** The receipt: fetched, verified offline by two programs, compared with what the play counted itself, and shown. */
export async function checkReceipt(
  stage: Stage,
  request: ProvenRequest,
  before: Before,
): Promise<ReceiptContent> {
  const { show, data, account } = stage;
  const { email } = personOf(data, cast.both).user;
  show.step(
    '9  The receipt',
    'A signed statement of what was done, which names nobody. It is checked here by the play’s own code and by the program',
    'that auditors run; neither calls anybody, and the keys come from the service, not from the receipt.',
  );
  const receipt = await fetchReceipt(stage, request, 'receipt', email);
  const { content } = receipt;
  show.holds(
    `it states the ground that was given, Art. ${ground}`,
    content.ground === ground,
    content.ground,
  );
  const now = sealedRecords(await account.rowsOf('records'));
  const differences = compareCounts(content, before, now);
  show.holds(
    'what the play counted in the tables, before and now, is what it says, dataset by dataset',
    differences.length === 0,
    differences,
  );
  await refuseChanged(stage, receipt);
  await runAuditorsProgram(stage, receipt, email);
  show.part('What it says');
  showReceipt(stage, content);
  return content;
}

/** Where found and retained of the receipt are not what lay in the tables before, and lies there now. */
function compareCounts(
  { controllers }: ReceiptContent,
  { profiles, copy }: Before,
  now: readonly SealedRecord[],
): string[] {
  const count = (rows: readonly SealedRecord[], controllerId: string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { pk, dataset } of rows)
      if (profiles.get(pk) === controllerId) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
    return counts;
  };
  return controllers.flatMap(({ controllerId, name, places }) => {
    const [found, retained] = [count(copy, controllerId), count(now, controllerId)];
    const stated = places.flatMap(({ datasets }) => datasets);
    const names = new Set([...stated.map(({ dataset }) => dataset), ...found.keys(), ...retained.keys()]);
    return [...names].flatMap((dataset) => {
      const row = stated.find((one) => one.dataset === dataset);
      const isSame = row?.found === found.get(dataset) && row?.retained === (retained.get(dataset) ?? 0);
      return isSame ? [] : [`${name}, ${dataset}`];
    });
  });
}

/** One more erased than there were: whoever changes a digit is found out. */
async function refuseChanged(stage: Stage, { jws }: FetchedReceipt): Promise<void> {
  const [head = '', payload = '', signature = ''] = jws.split('.');
  const text = Buffer.from(payload, 'base64url').toString('utf8');
  const changed = text.replace(/"erased":(\d)/, (_, digit: string) => `"erased":${(Number(digit) + 1) % 10}`);
  const forged = [head, Buffer.from(changed).toString('base64url'), signature].join('.');
  const read = readReceipt(forged, await fetchKeys(stage));
  stage.show.holds('one digit of it changed, and it is refused', changed !== text && 'fault' in read, read);
}

async function runAuditorsProgram(
  stage: Stage,
  { file, salt }: FetchedReceipt,
  email: string,
): Promise<void> {
  const { show } = stage;
  const keys = await saveKeys(stage);
  const args = [file, '--keys', keys, '--salt', salt, '--identifier', email];
  const { status, lines } = await show.wait('npm run verify-receipt', () => runVerifier(args));
  const kept = lines.filter((line) => /^(signed by|subject|verified)/.test(line));
  show.quiet(
    `$ npm run verify-receipt -- receipt.jws --keys keys.json --salt … --identifier ${email}`,
    ...kept,
  );
  show.holds(
    'npm run verify-receipt, a process of its own, verifies it as well, and whose it is',
    status === 0 &&
      lines.some((line) => line.startsWith('verified')) &&
      kept.some((line) => line.includes('the given identifier')),
    { status, lines },
  );
}
