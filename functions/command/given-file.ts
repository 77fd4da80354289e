import { open, readFile, stat } from 'node:fs/promises';
import { parseSigningJwks, type SigningJwks } from '#shared/signing/signing-jwk.ts';
import { CommandRefused } from './command-refused.ts';

/** Far above any receipt: one of 10,000 profiles has some 10 MB. */
const mostReceiptBytes = 32 * 1024 * 1024;
/** A key has less than 1 KB. */
const mostKeysBytes = 1024 * 1024;

/** Every JWS begins with its header, which is JSON, in base64url: `{"`. */
const jwsBegin = 'eyJ';

/** A receipt as it was handed over, without the line break that an editor puts behind it. @throws CommandRefused */
export async function readReceiptFile(file: string): Promise<string> {
  const text = (await readGiven(file, mostReceiptBytes)).toString('latin1').trim();
  if (text.startsWith('PK'))
    throw new CommandRefused(`${file} is not a receipt but a ZIP: npm run verify-bundle verifies bundles`);
  if (!text.startsWith(jwsBegin))
    throw new CommandRefused(
      `${file} is not a receipt, which is a JWS in compact form and begins with ${jwsBegin}`,
    );
  return text;
}

/** Whether a file begins as a signed statement does, with the header of a JWS; no when it cannot be read. */
export async function isReceipt(file: string): Promise<boolean> {
  try {
    await using opened = await open(file);
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(jwsBegin.length));
    return buffer.toString('latin1', 0, bytesRead) === jwsBegin;
  } catch {
    return false;
  }
}

/** The issuer's public keys, as `GET /v1/keys` answers them. @throws CommandRefused */
export async function readKeysFile(file: string): Promise<SigningJwks> {
  const text = (await readGiven(file, mostKeysBytes)).toString('utf8');
  try {
    return parseSigningJwks(JSON.parse(text));
  } catch {
    throw new CommandRefused(`${file} is not a set of public keys (JWKS)`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

async function readGiven(file: string, mostBytes: number): Promise<Buffer> {
  try {
    if ((await stat(file)).size <= mostBytes) return await readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CommandRefused(`${file} cannot be read: ${reasons[code] ?? code}`);
  }
  throw new CommandRefused(`${file} cannot be read: it is larger than ${mostBytes} bytes`);
}
