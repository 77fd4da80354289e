/**
 * `npm run verify-receipt -- FILE --keys JWKS [--salt S --identifier I] [--page FILE --language L]`: says offline whether
 * a receipt is unchanged, signed by us and sound, what it states, and whose data it is about.
 */
import { writeFile } from 'node:fs/promises';
import { languages, type Language } from '#shared/data-map/language.ts';
import { describeVerdict } from '#shared/receipts/describe-verdict.ts';
import { receiptPage } from '#shared/receipts/receipt-page.ts';
import { verifyReceipt, type SubjectClaim } from '#shared/receipts/verify-receipt.ts';
import { misused, readCommandLine, runCommand } from './command-line.ts';
import { CommandRefused } from './command-refused.ts';
import { readKeysFile, readReceiptFile } from './given-file.ts';

const usage = `usage: npm run verify-receipt -- FILE --keys JWKS [--salt SALT --identifier IDENTIFIER]
                                [--page PAGE [--language en|de]]

FILE        the receipt, a JWS in compact form
JWKS        the issuer's public keys, as answered by GET /v1/keys
SALT        the salt from the mail in which the person was told of the receipt
IDENTIFIER  the person's e-mail address, phone number, user name or user id
PAGE        where to write the receipt as a page for people, once it is verified`;

type Given = { file: string; keysFile: string; claim?: SubjectClaim; page?: string; language: Language };

/** The command line, or nothing where it asks for help. @throws CommandRefused */
function readArguments(): Given | undefined {
  const line = readCommandLine(usage, {
    keys: { type: 'string' },
    salt: { type: 'string' },
    identifier: { type: 'string' },
    page: { type: 'string' },
    language: { type: 'string', default: 'en' },
  });
  if (!line) return undefined;
  const [file, ...others] = line.positionals;
  const { keys: keysFile, salt, identifier, page } = line.values;
  const language = languages.find((one) => one === line.values.language);
  if (file === undefined || others.length > 0) throw misused(usage, 'One receipt is wanted');
  if (keysFile === undefined) throw misused(usage, '--keys is missing');
  if (!language) throw misused(usage, `--language takes ${languages.join(' or ')}`);
  if (identifier !== undefined && salt === undefined)
    throw misused(usage, '--identifier needs --salt: without the salt nobody can tell whose receipt it is');
  if (salt !== undefined && identifier === undefined)
    throw misused(usage, '--salt needs --identifier: it shows whether the receipt is about that identifier');
  return {
    file,
    keysFile,
    language,
    ...(salt !== undefined && identifier !== undefined && { claim: { salt, identifier } }),
    ...(page !== undefined && { page }),
  };
}

async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch {
    throw new CommandRefused(`${file} cannot be written`);
  }
}

async function main(): Promise<boolean> {
  const given = readArguments();
  if (!given) return true;
  const keys = await readKeysFile(given.keysFile);
  const verdict = await verifyReceipt(await readReceiptFile(given.file), keys, given.claim);
  for (const line of describeVerdict(verdict, given.claim !== undefined)) console.log(line);
  const { problems, content, fingerprint = '', contentHash = '' } = verdict;
  if (problems.length > 0 || !content) return false;
  if (given.page !== undefined)
    await writePage(given.page, receiptPage(content, given.language, { fingerprint, contentHash }));
  return true;
}

await runCommand(main, 'It was not verified');
