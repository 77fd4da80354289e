/** What keeps the local start from going on, told in one sentence for the person at the terminal. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The sentence to show for anything that was thrown; what is no `StartFailure` is a defect, and keeps its stack. */
export function describeFailure(error: unknown): string {
  if (error instanceof StartFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
