import path from 'node:path';

/** What the play leaves, by path, and what becomes of the system afterwards. */
export type Leavings = {
  readonly bundleFolder: string;
  readonly keysFile: string;
  readonly email: string;
  /** The file by which commands find the system, where it stays up; nothing where it ends with the play. */
  readonly stackFile: string | undefined;
};
/** Where commands look for the system unless they are told. */
const ownStackFile = path.join('.local', 'stack.json');

/** Commands that work once the play is over, with paths from the folder in which somebody stands. */
export function linesToTry({ bundleFolder, keysFile, email, stackFile }: Leavings, folder: string): string[] {
  const place = (file: string): string => quoted(path.relative(folder, file) || '.');
  const inFolder = (name: string): string => place(path.join(bundleFolder, name));
  const keys = place(keysFile);
  const receipt = inFolder('receipt.jws');
  const offline = [
    `Bundles and receipts are in ${place(bundleFolder)} until the next start, which begins with an empty folder. Unzip access.zip and open`,
    'data/index.html, or verify offline:',
    `npm run verify-bundle -- ${inFolder('access.zip')} --keys ${keys}`,
    `npm run verify-receipt -- ${receipt} --keys ${keys}`,
    `npm run verify-receipt -- ${receipt} --keys ${keys} --salt "$(cat ${inFolder('receipt-salt.txt')})" --identifier ${email}`,
  ];
  if (stackFile === undefined)
    return [
      ...offline,
      'The ledger ends with the system, now. Where npm start stays up (without --once), npm run audit-ledger looks whether the',
      'ledger still holds what the receipt says of it.',
    ];
  const isOwn = path.relative(folder, stackFile) === ownStackFile;
  return [
    ...offline,
    'and while the system is up, that the ledger still holds what the receipt says of it:',
    `${isOwn ? '' : `DATA_RIGHTS_STACK_FILE=${place(stackFile)} `}npm run audit-ledger -- --stage local --receipt ${receipt} --keys ${keys}`,
  ];
}

/** For a shell: a folder may have a name with spaces. */
const quoted = (file: string): string =>
  /^[\w./~-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
