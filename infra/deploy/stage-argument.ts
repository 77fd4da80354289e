import { parseArgs } from 'node:util';
import { readStage, type Stage } from '#infra/config.ts';

/** Said to the person at the terminal, without a stack. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

export type StageArguments = {
  readonly stage: Stage;
  /** Ask nothing: for pipelines without a terminal. */ readonly yes: boolean;
};

/** Reads `--stage NAME [--yes]` and that stage's settings. @throws CommandRefused, SettingsInvalid */
export function readStageArguments(
  command: string,
  args: readonly string[] = process.argv.slice(2),
): StageArguments {
  const options = { stage: { type: 'string' }, yes: { type: 'boolean', default: false } } as const;
  const { stage, yes } = parseArgs({ args: [...args], options }).values;
  if (stage === undefined) throw new CommandRefused(`usage: npm run ${command} -- --stage NAME`);
  return { stage: readStage(stage), yes };
}

/** Runs a command to its end; a refusal is one sentence, and the exit status says how it went. */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : 'failed');
    process.exitCode = 1;
  }
}
