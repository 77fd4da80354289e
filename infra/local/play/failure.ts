/** Something in the play did not hold. The message is all that the person at the terminal needs. */
export class PlayFailure extends Error {
  override readonly name = 'PlayFailure';
}
