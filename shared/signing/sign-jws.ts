import { createHash } from 'node:crypto';
import { SignCommand, type KMSClient, type SignCommandInput } from '@aws-sdk/client-kms';
import { derToRaw } from './ecdsa-signature.ts';
import type { StatementKind } from './statement-kinds.ts';

/** A KMS key (ECC_NIST_P256, SIGN_VERIFY) and the `kid` under which `publicKeys` publishes it. */
export type SigningKey = { readonly kms: KMSClient; readonly keyId: string; readonly kid: string };

export type Statement = {
  readonly typ: StatementKind;
  readonly payload: Uint8Array;
  /** Seconds since 1970. Stands in the protected header, since a detached payload has no claims. */
  readonly iat: number;
  /** Leaves the payload out (RFC 7515, appendix F): whoever verifies has it already. */
  readonly detached?: boolean;
};

/**
 * Signs a statement and answers it as a compact JWS (ES256). KMS gets the digest and never the statement.
 * @throws what KMS throws
 */
export async function signJws({ kms, keyId, kid }: SigningKey, statement: Statement): Promise<string> {
  const header = base64url(JSON.stringify({ alg: 'ES256', kid, typ: statement.typ, iat: statement.iat }));
  const payload = base64url(statement.payload);
  const { Signature } = await kms.send(new SignCommand(signParams(keyId, `${header}.${payload}`)));
  const signature = base64url(derToRaw(Signature ?? new Uint8Array()));
  return `${header}.${statement.detached ? '' : payload}.${signature}`;
}

const signParams = (keyId: string, signingInput: string): SignCommandInput => ({
  KeyId: keyId,
  Message: createHash('sha256').update(signingInput).digest(),
  MessageType: 'DIGEST',
  SigningAlgorithm: 'ECDSA_SHA_256',
});

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');
