import { readJson } from '@tsarank/io';
import type { CommandModule } from 'yargs';
import type { Outcome } from './outcome';
import { hubOfEnvironment } from '../experiment/hub-models';
import { fetchNamedDatasets } from '../experiment/named-datasets';

interface ExecuteArguments {
  planned: string;
  runs: string;
  'checkpoint-seconds'?: number;
  threads?: number;
}

/** Does one planned run in this process; what a sweep starts for each of its runs. */
export function executeCommand(outcome: Outcome): CommandModule<object, ExecuteArguments> {
  return {
    command: 'execute <planned> <runs>',
    describe: false,
    builder: (yargs) =>
      yargs
        .positional('planned', { type: 'string', demandOption: true })
        .positional('runs', { type: 'string', demandOption: true })
        .option('checkpoint-seconds', { type: 'number', requiresArg: true })
        .option('threads', { type: 'number', requiresArg: true }),
    handler: async ({ planned, runs, 'checkpoint-seconds': checkpointSeconds, threads }) => {
      // On another machine than the plan's; where it can't be had, the run fails by its name.
      await fetchNamedDatasets(readJson(planned)).catch((error: unknown) => console.error(error));
      const { executePlannedRun } = require('@tsarank/runs') as typeof import('@tsarank/runs');
      // Nothing may keep a finished process alive, whatever the engine left behind; main ends one that failed.
      process.exit(
        (outcome.exitCode = await executePlannedRun(planned, {
          runsDir: runs,
          checkpointSeconds,
          threads,
          hub: hubOfEnvironment,
        })),
      );
    },
  };
}
