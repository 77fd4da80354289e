import { parseArgs } from 'node:util';
import { readStage, type Stage } from '#infra/config.ts';

/** Said to the person at the terminal, without a stack. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** Reads `--stage NAME` and that stage's settings. @throws CommandRefused, SettingsInvalid */
export function readStageArgument(command: string, args: readonly string[] = process.argv.slice(2)): Stage {
  const { values } = parseArgs({ args: [...args], options: { stage: { type: 'string' } } });
  if (values.stage === undefined) throw new CommandRefused(`usage: npm run ${command} -- --stage NAME`);
  return readStage(values.stage);
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
