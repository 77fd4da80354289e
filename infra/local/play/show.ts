import { styleText } from 'node:util';
import { PlayFailure } from './failure.ts';
import type { Answer } from './http.ts';

export type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

/** What the play prints: headings, calls and answers, tables, and what has to hold. */
export type Show = {
  readonly title: (text: string, ...lead: string[]) => void;
  readonly step: (heading: string, ...lead: string[]) => void;
  /** What follows belongs to one thread of the step. */
  readonly part: (heading: string) => void;
  /** One call and its answer, each with a word on what is in it. */
  readonly exchange: (call: string, sent: string, answer: Pick<Answer, 'status'>, came: string) => void;
  readonly say: (...lines: string[]) => void;
  readonly quiet: (...lines: string[]) => void;
  readonly table: (rows: readonly (readonly (string | number)[])[]) => void;
  /** Says that something holds. @throws PlayFailure when it does not, with what was found instead */
  readonly holds: (statement: string, condition: boolean, found?: unknown) => void;
  /** Shows that a wait is going on, and for how long. */
  readonly wait: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
  /** How many things held so far. */
  readonly held: () => number;
};

const margin = '   ';
const callWidth = 44;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
const plainEveryMs = 5_000;

export function createShow(stream: Stream, now: () => number = () => performance.now()): Show {
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    stream.isTTY ? styleText(format, text) : text;
  let isAfterBlank = false;
  const write = (line: string): void => {
    stream.write(`${line === '' ? '' : margin}${line}\n`);
    isAfterBlank = line === '';
  };
  let heading = '';
  let count = 0;

  return {
    title: (text, ...lead) => {
      stream.write(`\n${style('bold', text)}\n${lead.map((line) => `${style('dim', line)}\n`).join('')}`);
    },
    step: (text, ...lead) => {
      heading = text;
      stream.write(`\n\n${style(['bold', 'cyan'], text)}\n`);
      for (const line of lead) write(style('dim', line));
      write('');
    },
    part: (text) => {
      // The first part of a step has the blank line under its heading.
      if (!isAfterBlank) write('');
      write(style('bold', text));
    },
    exchange: (call, sent, { status }, came) => {
      write(`${style('cyan', '→')} ${call.padEnd(callWidth)} ${style('dim', sent)}`.trimEnd());
      write(`${style('cyan', '←')} ${String(status).padEnd(callWidth)} ${style('dim', came)}`.trimEnd());
    },
    say: (...lines) => {
      lines.forEach(write);
    },
    quiet: (...lines) => {
      for (const line of lines) write(line === '' ? '' : style('dim', line));
    },
    table: (rows) => {
      const lines = alignColumns(rows);
      lines.forEach((line, position) => {
        write(position === 0 ? style('dim', line) : line);
      });
    },
    holds: (statement, condition, found) => {
      if (!condition) throw new PlayFailure(describeMiss(heading, statement, found));
      count += 1;
      write(`${style('green', '✓')} ${statement}`);
    },
    wait: (what, work) => waitVisibly(stream, what, work, now),
    held: () => count,
  };
}

function describeMiss(heading: string, statement: string, found: unknown): string {
  const instead = found === undefined ? '' : `\n  Found instead: ${JSON.stringify(found)}`;
  return `The play stopped in “${heading}”. This does not hold:\n  ${statement}${instead}`;
}

/** Columns as wide as their widest cell; numbers to the right. The first row is the head. */
export function alignColumns(rows: readonly (readonly (string | number)[])[]): string[] {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const isNumber = head.map((_, column) => rows.slice(1).some((row) => typeof row[column] === 'number'));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

async function waitVisibly<Result>(
  stream: Stream,
  what: string,
  work: () => Promise<Result>,
  now: () => number,
): Promise<Result> {
  const since = now();
  const seconds = (): string => `${((now() - since) / 1000).toFixed(1)} s`;
  let frame = 0;
  const tick = (): void => {
    frame += 1;
    if (stream.isTTY)
      stream.write(`\r\u001b[2K${margin}${frames[frame % frames.length] ?? ''} ${what} ${seconds()}`);
    else stream.write(`${margin}… ${what}, ${seconds()}\n`);
  };
  const timer = setInterval(tick, stream.isTTY ? frameMs : plainEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (stream.isTTY) stream.write('\r\u001b[2K');
  }
}
