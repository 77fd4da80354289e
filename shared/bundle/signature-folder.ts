import type { SigningJwk } from '#shared/signing/signing-jwk.ts';
import type { BundleContent } from './bundle-content.ts';

/** The files of `signature/`. The first is part of what is signed; the others are made by the signing. */
export const signatureFiles = {
  readme: 'signature/README.txt',
  jws: 'signature/tagmanifest-sha512.txt.jws',
  key: 'signature/public-key.jwk.json',
} as const;

/** The public key as it lies in the bundle: always the same bytes for the same key. Never trusted by a verifier. */
export function keyFile({ kty, crv, x, y, kid, use, alg }: PublicJwk): string {
  return `${JSON.stringify({ kty, crv, x, y, kid, use, alg }, undefined, 2)}\n`;
}

export type PublicJwk = Pick<SigningJwk, 'kty' | 'crv' | 'x' | 'y' | 'kid' | 'use' | 'alg'>;

/** How to verify, in the person's language. */
export function signatureReadme({ request, issuer }: BundleContent): string {
  const keys = issuer.keysUrl === undefined ? '' : `: ${issuer.keysUrl}`;
  const lines = request.language === 'de' ? german(issuer.name, keys) : english(issuer.name, keys);
  return `${lines.join('\n')}\n`;
}

const english = (issuer: string, keys: string): string[] => [
  `${issuer} signed the list of checksums of this bundle.`,
  '',
  'In short: manifest-sha512.txt lists the SHA-512 of every file under data/. tagmanifest-sha512.txt lists the SHA-512 of',
  'that list and of the other accompanying files. The signature in this folder is over tagmanifest-sha512.txt.',
  '',
  'With the program of the project, which needs no connection:',
  '  npm run verify-bundle -- BUNDLE.zip --keys keys.json',
  `Take keys.json from the issuer itself, and not from this folder${keys}`,
  'Whoever changed the bundle could have changed public-key.jwk.json, too.',
  '',
  'With other programs:',
  '  1. In the folder above: sha512sum -c manifest-sha512.txt && sha512sum -c tagmanifest-sha512.txt',
  '  2. tagmanifest-sha512.txt.jws is a JSON Web Signature (RFC 7515, ES256, detached as in appendix F):',
  '     HEADER..SIGNATURE. Put the base64url of tagmanifest-sha512.txt between the two dots and verify the result with',
  '     the key whose kid is in the header. The header must say typ "data-rights-bundle+jws".',
  '  3. The kid is the SHA-256 thumbprint of the key (RFC 7638): compare it with the published one.',
];

const german = (issuer: string, keys: string): string[] => [
  `${issuer} hat die Liste der Prüfsummen dieses Pakets signiert.`,
  '',
  'Kurz: manifest-sha512.txt nennt die SHA-512-Prüfsumme jeder Datei unter data/. tagmanifest-sha512.txt nennt die',
  'Prüfsumme dieser Liste und der übrigen Begleitdateien. Die Signatur in diesem Ordner gilt tagmanifest-sha512.txt.',
  '',
  'Mit dem Programm des Projekts, ohne Verbindung:',
  '  npm run verify-bundle -- PAKET.zip --keys keys.json',
  `Nehmen Sie keys.json vom Aussteller selbst und nicht aus diesem Ordner${keys}`,
  'Wer das Paket verändert hat, könnte auch public-key.jwk.json verändert haben.',
  '',
  'Mit anderen Programmen:',
  '  1. Im Ordner darüber: sha512sum -c manifest-sha512.txt && sha512sum -c tagmanifest-sha512.txt',
  '  2. tagmanifest-sha512.txt.jws ist eine JSON Web Signature (RFC 7515, ES256, losgelöst nach Anhang F):',
  '     KOPF..SIGNATUR. Setzen Sie tagmanifest-sha512.txt als base64url zwischen die zwei Punkte und prüfen Sie das',
  '     Ergebnis mit dem Schlüssel, dessen kid im Kopf steht. Der Kopf muss typ "data-rights-bundle+jws" nennen.',
  '  3. Die kid ist der SHA-256-Fingerabdruck des Schlüssels (RFC 7638): vergleichen Sie sie mit der veröffentlichten.',
];
