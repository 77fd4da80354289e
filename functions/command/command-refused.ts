/** Said to the person at the terminal, without a stack trace. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}
