import path from 'node:path';
import { InputError, nearestName, printNotice, readJson } from '@tsarank/io';
import yargs from 'yargs';
import { executeCommand } from './commands/execute';
import { exportCommand, exportOptions } from './commands/export/export';
import { mirrorCommand } from './commands/mirror';
import { planCommand, planOptions } from './commands/plan/plan';
import { probeCommand } from './commands/probe';
import { reportCommand, reportOptions } from './commands/report/report';
import { runCommand } from './commands/run/run';
import { settingsCommand, settingsHelp } from './commands/settings';
import { syncCommand, syncOptions } from './commands/sync/sync';
import { tableCommand, tableOptions } from './commands/table/table';
import type { Outcome } from './commands/outcome';
import { workerCommand } from './commands/worker';
import { experimentNames } from './experiment/experiment-file';
import { experimentOptions } from './options/experiment-options';
import { sweepOptions } from './options/sweep-options';

const { version: VERSION } = readJson(path.join(__dirname, '../../../package.json')) as { version: string };

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
    .command(exportCommand())
    .command(syncCommand(outcome))
    .command(workerCommand())
    .command(settingsCommand())
    .command(executeCommand(outcome))
    .command(mirrorCommand())
    .command(probeCommand())
    .strict()
    .version(VERSION)
    .completion('completion', 'print a script that completes commands in bash and zsh', completeExperiments)
    .help()
    .exitProcess(false)
    .wrap(100)
    .epilogue(settingsHelp())
    .fail((message, error) => {
      // The parser's own errors are about the input as well.
      throw error && error.name !== 'YError'
        ? error
        : new InputError({ message: withSuggestion(message ?? error.message) });
    });
  try {
    // Left to the parser, it would print the script and then run the default command.
    if (args[0] === 'completion') {
      parser.showCompletionScript();
      return 0;
    }
    await parser.parseAsync();
    return outcome.exitCode;
  } catch (error) {
    return report(error);
  }
}

/** Names of experiments beside what the parser completes by itself. */
function completeExperiments(
  current: string,
  _argv: unknown,
  completionFilter: (onCompleted?: (error: Error | null, defaults: string[] | undefined) => void) => void,
  done: (completions: string[]) => void,
): void {
  completionFilter((_, defaults = []) => {
    const names = current.startsWith('-') ? [] : experimentNames().filter((name) => name.startsWith(current));
    done([...defaults, ...names]);
  });
}

/** Says what went wrong; how it happened only where nobody foresaw it. */
function report(error: unknown): number {
  const exitCode = (error as { exitCode?: unknown }).exitCode;
  if (error instanceof Error && typeof exitCode === 'number') {
    printNotice(`ablate: ${error.message}\n`);
    return exitCode;
  }
  printNotice(`ablate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function withSuggestion(message: string): string {
  const valued = /^Argument unexpected for: (.+)$/.exec(message)?.[1];
  if (valued) return `option --${valued} takes no value; --no-${valued} is its opposite`;
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  const known = Object.keys({
    ...experimentOptions,
    ...sweepOptions,
    ...tableOptions,
    ...planOptions,
    ...reportOptions,
    ...exportOptions,
    ...syncOptions,
  });
  const hints = unknown.flatMap((name) => {
    const near = nearestName(name, known);
    return near && near !== name ? [`did you mean --${near}?`] : [];
  });
  return [message, ...new Set(hints)].join('; ');
}
