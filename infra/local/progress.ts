const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
const plainEveryMs = 10_000;

export type Terminal = {
  /** Shows that `work` is going on, and for how long; then how long it took. */
  step: <Result>(title: string, work: () => Promise<Result>) => Promise<Result>;
  say: (text: string) => void;
};

/** Progress for a person: a moving line on a terminal; elsewhere plain lines, at the end and every 10 s of a wait. */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

  function watch(title: string, since: number): () => void {
    let frame = 0;
    const show = (): void => {
      if (stream.isTTY)
        stream.write(`\r\u001b[2K${frames[frame++ % frames.length] ?? ''} ${title} ${seconds(since)}`);
      else stream.write(`  ... ${title}, ${seconds(since)}\n`);
    };
    const timer = setInterval(show, stream.isTTY ? frameMs : plainEveryMs);
    return () => {
      clearInterval(timer);
      if (stream.isTTY) stream.write('\r\u001b[2K');
    };
  }

  return {
    say: (text) => {
      stream.write(`${text}\n`);
    },
    step: async (title, work) => {
      const since = performance.now();
      const endWatch = watch(title, since);
      try {
        const result = await work();
        endWatch();
        stream.write(`✓ ${title} (${seconds(since)})\n`);
        return result;
      } catch (error) {
        endWatch();
        stream.write(`✗ ${title} (${seconds(since)})\n`);
        throw error;
      }
    },
  };
}
