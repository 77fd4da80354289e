/**
 * `npm run verify-receipt -- FILE --keys JWKS [--salt S --identifier I] [--page FILE --language L]`: says offline whether
 * a receipt is unchanged, signed by us and sound, what it states, and whose data it is about.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { languages, type Language } from '#shared/data-map/language.ts';
import { describeVerdict } from '#shared/receipts/describe-verdict.ts';
import { receiptPage } from '#shared/receipts/receipt-page.ts';
import { verifyReceipt, type SubjectClaim } from '#shared/receipts/verify-receipt.ts';
import { parseSigningJwks, type SigningJwks } from '#shared/signing/signing-jwk.ts';

const usage = `usage: npm run verify-receipt -- FILE --keys JWKS [--salt SALT --identifier IDENTIFIER]
                                [--page PAGE [--language en|de]]

FILE        the receipt, a JWS in compact form
JWKS        the issuer's public keys, as answered by GET /v1/keys
SALT        the salt that the person was given with the receipt
IDENTIFIER  the person's e-mail address, phone number, user name or user id
PAGE        where to write the receipt as a page for people, once it is verified`;

/** Far above any receipt: one of 10,000 profiles has some 10 MB. */
const mostBytes = 32 * 1024 * 1024;

type Given = { file: string; keysFile: string; claim?: SubjectClaim; page?: string; language: Language };

/** The command line, or nothing where it is not of the form above. */
function readArguments(): Given | undefined {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        keys: { type: 'string' },
        salt: { type: 'string' },
        identifier: { type: 'string' },
        page: { type: 'string' },
        language: { type: 'string', default: 'en' },
      },
    });
    const [file, ...others] = positionals;
    const { keys: keysFile, salt, identifier, page } = values;
    const language = languages.find((one) => one === values.language);
    if (file === undefined || keysFile === undefined || others.length > 0 || !language) return undefined;
    if ((salt === undefined) !== (identifier === undefined)) return undefined;
    return {
      file,
      keysFile,
      language,
      ...(salt !== undefined && identifier !== undefined && { claim: { salt, identifier } }),
      ...(page !== undefined && { page }),
    };
  } catch {
    return undefined;
  }
}

async function readKeys(file: string): Promise<SigningJwks> {
  return parseSigningJwks(JSON.parse(await readFile(file, 'utf8')));
}

async function readReceipt(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > mostBytes) return undefined;
    return (await readFile(file, 'latin1')).trim();
  } catch {
    return undefined;
  }
}

async function writePage(file: string, page: string): Promise<boolean> {
  try {
    await writeFile(file, page);
    return true;
  } catch {
    console.error(`${file} cannot be written`);
    return false;
  }
}

async function main(): Promise<boolean> {
  const given = readArguments();
  if (!given) {
    console.error(usage);
    return false;
  }
  const keys = await readKeys(given.keysFile).catch(() => undefined);
  const receipt = await readReceipt(given.file);
  if (!keys || receipt === undefined) {
    const reason = keys
      ? `${given.file} cannot be read`
      : `${given.keysFile} is not a set of public keys (JWKS)`;
    console.error(reason);
    return false;
  }
  const verdict = await verifyReceipt(receipt, keys, given.claim);
  for (const line of describeVerdict(verdict, given.claim !== undefined)) console.log(line);
  const { problems, content, fingerprint = '', contentHash = '' } = verdict;
  if (problems.length > 0 || !content) return false;
  return given.page === undefined
    ? true
    : writePage(given.page, receiptPage(content, given.language, { fingerprint, contentHash }));
}

process.exitCode = (await main()) ? 0 : 1;
