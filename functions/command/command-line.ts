import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandRefused } from './command-refused.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Config<Given extends Options> = { args: string[]; allowPositionals: true; options: Given };
type Parsed<Given extends Options> = ReturnType<typeof parseArgs<Config<Given>>>;

/**
 * What was typed behind the command.
 * @returns nothing where `--help` (or `-h`) asks for the usage, which is printed then
 * @throws CommandRefused with a sentence about what is not understood, and the usage
 */
export function readCommandLine<const Given extends Options>(
  usage: string,
  options: Given,
): Parsed<Given> | undefined {
  const args = joinSalts(process.argv.slice(2));
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return undefined;
  }
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw misused(usage, (error as Error).message.split(/\.\s/)[0] ?? 'not understood');
  }
}

/** One salt in 64 begins with a dash (base64url), and would be taken for an option: it is tied to the option before it. */
function joinSalts(args: readonly string[]): string[] {
  const isDashed = (arg: string | undefined): boolean => /^-[\w-]{42}$/.test(arg ?? '');
  return args.flatMap((arg, index) => {
    const next = args[index + 1];
    if (arg === '--salt' && next !== undefined && isDashed(next)) return [`--salt=${next}`];
    return isDashed(arg) && args[index - 1] === '--salt' ? [] : [arg];
  });
}

/** A command line that is not of its form: one sentence, and the usage. */
export const misused = (usage: string, sentence: string): CommandRefused =>
  new CommandRefused(`${sentence}\n\n${usage}`);

/**
 * Runs a command and sets the exit status: 0 where it says that all is well, else 1.
 * @param failed what to say before the reason where it could not be done
 */
export async function runCommand(main: () => Promise<boolean>, failed: string): Promise<void> {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'failure';
    console.error(error instanceof CommandRefused ? reason : `${failed}: ${reason}`);
    process.exitCode = 1;
  }
}
