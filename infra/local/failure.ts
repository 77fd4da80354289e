import { PlayFailure } from './play/failure.ts';

/** What keeps the local start from going on, told in one sentence for the person at the terminal. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The sentence to show for anything that was thrown; what nobody foresaw is a defect, and keeps its stack. */
export function describeFailure(error: unknown): string {
  if (error instanceof StartFailure || error instanceof PlayFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
