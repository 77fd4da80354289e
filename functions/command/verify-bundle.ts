/** `npm run verify-bundle -- FILE --keys JWKS`: says offline whether a bundle is whole, unchanged and signed by us. */
import type { BundleProblem } from '#shared/bundle/verify/bundle-problem.ts';
import { verifyBundle, type BundleVerdict } from '#shared/bundle/verify/verify-bundle.ts';
import { describeClaimed } from '#shared/signing/describe-claimed.ts';
import { misused, readCommandLine, runCommand } from './command-line.ts';
import { CommandRefused } from './command-refused.ts';
import { isReceipt, readKeysFile } from './given-file.ts';

const usage = `usage: npm run verify-bundle -- FILE --keys JWKS

FILE  the bundle, a ZIP
JWKS  the issuer's public keys, as answered by GET /v1/keys; not the key in the bundle`;

const words: Record<BundleProblem['problem'], string> = {
  missing: 'missing',
  extra: 'extra: no signed list names it',
  changed: 'changed: its checksum differs',
  malformed: 'malformed: not a list of checksums',
  'sizes-differ': 'states another number of files or bytes than the bundle holds',
  'not-the-signing-key': 'is not the key that signed',
  'signature-malformed': 'is not a signature of a bundle',
  'signature-wrong-typ': 'is a signature of something else than a bundle',
  'signature-unknown-key': 'was made by a key that is not in the key set',
  'signature-key-not-for-typ': 'was made by a key that may not sign bundles',
  'signature-key-not-valid-at-iat': 'was made outside the time of its key',
  'signature-wrong-signature': 'list of checksums and signature do not fit',
  'not-a-zip': 'not a ZIP that can be read',
  'unsafe-directory': 'its directory is damaged or names paths outside the bundle',
  'unsafe-name': 'a name that no bundle has',
  'duplicate-name': 'there twice',
  'outside-the-bag': 'outside the one folder of the bundle',
  'not-a-plain-file': 'a link, a folder or encrypted',
  'hidden-name': 'has another name hidden in the ZIP',
  'overlapping-entries': 'shares its bytes with another file',
  'too-many-entries': 'more files than any bundle has',
  'too-large': 'larger than any bundle',
  unreadable: 'cannot be unpacked',
  'no-such-file': 'missing',
};

/** Names come from the file: nothing in them may command the terminal. */
const printable = (name: string): string =>
  name
    .replaceAll(/[^\x20-\x7e]/g, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
    .slice(0, 300);

function report(file: string, verdict: BundleVerdict): string[] {
  const { problems, folder, files, fingerprint, signedAt, claimed } = verdict;
  const signed = signedAt === undefined ? '' : `, ${new Date(signedAt * 1000).toISOString()}`;
  return [
    ...(folder === undefined ? [] : [`bundle       ${printable(folder)}, ${files ?? 0} files`]),
    ...(fingerprint === undefined
      ? []
      : [`signed by    ${fingerprint} (SHA-256 thumbprint of the key)${signed}`]),
    ...problems.flatMap((one) => [
      `FAILED       ${printable(one.file === '' ? file : one.file)}: ${words[one.problem]}`,
      ...(claimed && one.problem === 'signature-unknown-key'
        ? describeClaimed(claimed).map((line) => `             ${line}`)
        : []),
    ]),
    problems.length === 0
      ? 'verified: complete, unchanged, and signed by a key of the given set'
      : `not verified: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
  ];
}

/** The two file names, or nothing where the command line asks for help. @throws CommandRefused */
function readArguments(): { file: string; keysFile: string } | undefined {
  const line = readCommandLine(usage, { keys: { type: 'string' } });
  if (!line) return undefined;
  const [file, ...others] = line.positionals;
  if (file === undefined || others.length > 0) throw misused(usage, 'One bundle is wanted');
  if (line.values.keys === undefined) throw misused(usage, '--keys is missing');
  return { file, keysFile: line.values.keys };
}

async function main(): Promise<boolean> {
  const given = readArguments();
  if (!given) return true;
  const keys = await readKeysFile(given.keysFile);
  if (await isReceipt(given.file))
    throw new CommandRefused(
      `${given.file} is not a bundle but a receipt, or another signed statement: npm run verify-receipt verifies receipts`,
    );
  const verdict = await verifyBundle(given.file, keys);
  for (const line of report(given.file, verdict)) console.log(line);
  return verdict.problems.length === 0;
}

await runCommand(main, 'It was not verified');
