import { printNotice } from '@tsarank/io';
import { hideBin } from 'yargs/helpers';
import yargs from 'yargs';
import type { CommandModule } from 'yargs';
import { explainUsage } from './explain-usage';

/** A command line that can't be read; exits with 2. */
class UsageError extends Error {
  readonly exitCode = 2;
}

/**
 * Parses the command line and runs the command it names. Errors become a message on standard error and an exit code:
 * 2 where the input was wrong (usage errors and `InputError`), otherwise 1. Stack traces are for `--log-level debug`.
 *
 * @returns The exit code.
 */
export async function runCommand(
  commands: readonly CommandModule[],
  { version, argv = process.argv }: { version: string; argv?: string[] },
): Promise<number> {
  const given = hideBin(argv);
  const names = commands.map(({ command }) => String(command).split(' ')[0]!);
  const parser = yargs(given)
    .scriptName('tsarank')
    .usage('$0 <command> [options]\n\nTurn a causal language model into a text reranker, and measure it.')
    .parserConfiguration({ 'dot-notation': false })
    .demandCommand(1, 1, 'name a command', 'name one command')
    .strict()
    .strictCommands()
    .version(version)
    .completion('completion', 'Print a script that completes commands and options in the shell')
    .help()
    .alias('help', 'h')
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      // A handler's or coercion's own error passes through; yargs wraps the latter in one of its own.
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw new UsageError(explainUsage(message ?? error.message, names, commandOf(given, names)));
    });
  for (const command of commands) parser.command(command);
  try {
    await parser.parseAsync();
    return 0;
  } catch (error) {
    report(error, given, names);
    return (error as { exitCode?: number }).exitCode ?? 1;
  }
}

const commandOf = (given: readonly string[], names: readonly string[]): string | undefined =>
  given.find((part) => !part.startsWith('-') && names.includes(part));

function report(error: unknown, given: readonly string[], names: readonly string[]): void {
  const command = commandOf(given, names);
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  printNotice(`error: ${message}\n`);
  if (error instanceof UsageError && /option|command|argument/i.test(message)) {
    printNotice(`tsarank ${command === undefined ? '' : `${command} `}--help lists what can be given\n`);
  }
  if (/--log-level[= ]debug/.test(given.join(' ')) && error instanceof Error) printNotice(`${error.stack}\n`);
}
