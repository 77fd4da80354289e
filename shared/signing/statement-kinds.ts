/**
 * What each signing key may sign, by JWS `typ`. What commands is not what testifies: a verifier asks for one `typ`, and
 * takes it only from a key that lists it (A19).
 */
export const statementKinds = {
  evidence: ['data-rights-bundle+jws', 'data-rights-receipt+jwt', 'data-rights-checkpoint+jwt'],
  tasks: ['data-rights-task+jwt'],
} as const;

export type SigningKeyUse = keyof typeof statementKinds;
export type StatementKind = (typeof statementKinds)[SigningKeyUse][number];
