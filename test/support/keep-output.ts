import { vi } from 'vitest';

/** Puts what this process writes to its log into a list, until the mocks are restored. */
export function keepOutput(written: string[]): void {
  const keep = (chunk: unknown): boolean => {
    written.push(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
}
