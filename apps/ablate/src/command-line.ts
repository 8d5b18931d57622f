import { InputError, nearestName } from '@tsarank/io';
import yargs from 'yargs';
import { executeCommand } from './commands/execute';
import { mirrorCommand } from './commands/mirror';
import { planCommand } from './commands/plan/plan';
import { probeCommand } from './commands/probe';
import { reportCommand } from './commands/report/report';
import { runCommand } from './commands/run/run';
import { syncCommand } from './commands/sync/sync';
import { tableCommand } from './commands/table/table';
import type { Outcome } from './commands/outcome';
import { workerCommand } from './commands/worker';
import { experimentOptions } from './options/experiment-options';
import { sweepOptions } from './options/sweep-options';

/**
 * Parses and executes a command line.
 *
 * @returns The exit code: 0 done, 1 the work failed, 2 the input was wrong.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const parser = yargs([...args])
    .scriptName('ablate')
    .usage('$0 [command] [experiment]\n\nWhat is each part of a reranker worth? Without a command: run.')
    .command(runCommand(outcome))
    .command(planCommand())
    .command(tableCommand())
    .command(reportCommand())
    .command(syncCommand(outcome))
    .command(workerCommand())
    .command(executeCommand(outcome))
    .command(mirrorCommand())
    .command(probeCommand())
    .strict()
    .version(false)
    .help()
    .exitProcess(false)
    .wrap(100)
    .fail((message, error) => {
      // The parser's own errors are about the input as well.
      throw error && error.name !== 'YError'
        ? error
        : new InputError({ message: withSuggestion(message ?? error.message) });
    });
  try {
    await parser.parseAsync();
    return outcome.exitCode;
  } catch (error) {
    return report(error);
  }
}

/** Says what went wrong; how it happened only where nobody foresaw it. */
function report(error: unknown): number {
  const exitCode = (error as { exitCode?: unknown }).exitCode;
  if (error instanceof Error && typeof exitCode === 'number') {
    process.stderr.write(`ablate: ${error.message}\n`);
    return exitCode;
  }
  process.stderr.write(`ablate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function withSuggestion(message: string): string {
  const valued = /^Argument unexpected for: (.+)$/.exec(message)?.[1];
  if (valued) return `option --${valued} takes no value; --no-${valued} is its opposite`;
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  const known = [
    ...Object.keys({ ...experimentOptions, ...sweepOptions }),
    'format',
    'check',
    'write',
    'probe',
    'client',
    'wandb',
  ];
  const hints = unknown.flatMap((name) => {
    const near = nearestName(name, known);
    return near && near !== name ? [`did you mean --${near}?`] : [];
  });
  return [message, ...new Set(hints)].join('; ');
}
