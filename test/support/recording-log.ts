import type { Log } from '#shared/observability/log.ts';

export type LogLine = {
  level: 'info' | 'warn' | 'error';
  message: string;
  values?: unknown;
  thrown?: unknown;
};

/** A log that keeps its lines, for tests that ask what was logged. */
export function recordingLog(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  return {
    lines,
    info: (message, values) => {
      lines.push({ level: 'info', message, values });
    },
    warn: (message, values) => {
      lines.push({ level: 'warn', message, values });
    },
    error: (message, thrown, values) => {
      lines.push({ level: 'error', message, thrown, values });
    },
    addContext: () => undefined,
  };
}
