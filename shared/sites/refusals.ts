/** Why a signed call was refused: for our log alone, the caller gets the same 401 for all. */
export type Refusal =
  | 'bad-signature'
  | 'digest-mismatch'
  | 'expired'
  | 'key-revoked'
  | 'key-unknown'
  | 'lives-too-long'
  | 'malformed'
  | 'not-yet-valid'
  | 'path-not-plain'
  | 'replayed'
  | 'several-signatures'
  | 'unsigned'
  | 'weak-nonce'
  | 'wrong-algorithm'
  | 'wrong-components'
  | 'wrong-parameters'
  | 'wrong-tag';

/** Thrown where a signed call does not hold; becomes `Problem` `unauthorized` at the door. */
export class SiteCallRefused extends Error {
  override readonly name = 'SiteCallRefused';
  readonly reason: Refusal;
  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}
