import { print, printNotice } from '@tsarank/io';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import type { Outcome } from '../outcome';
import { runCommandText, syncCommandText } from '../../experiment/command-text';
import { hubOfEnvironment } from '../../experiment/hub-models';
import { rememberOptions } from '../../experiment/remembered-options';
import { requireSingle, withExperiment, type ExperimentOptions } from '../../options/experiment-options';
import { checkSweepOptions, sweepOptions, type SweepOptions } from '../../options/sweep-options';

type RunArguments = ExperimentOptions & SweepOptions;

/** Executes what has no record yet, then prints the table and writes it in every format. */
export function runCommand(outcome: Outcome): CommandModule<object, RunArguments> {
  return {
    command: ['run [experiment]', '$0'],
    describe: 'execute the runs that have no record yet, and print the table',
    builder: (yargs) => withExperiment(yargs).options(sweepOptions),
    handler: async (options) => {
      requireSingle(options);
      checkSweepOptions(options);
      const { planSweep } = require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { requireRunnable } = require('@tsarank/estimate') as typeof import('@tsarank/estimate');
      const { executeSweep } = require('./execute-sweep') as typeof import('./execute-sweep');
      const plan = await planSweep(options);
      await requireRunnable(plan.runs, hubOfEnvironment);
      rememberOptions(plan, options);
      const isSmokeTest = isQuick(options);
      if (isSmokeTest) printNotice(`ablate: ${SMOKE_TEST}\n`);
      const { failed, stopped, results } = await executeSweep(plan, options);
      const { writeResults, formatResults } =
        require('../../results/result-files') as typeof import('../../results/result-files');
      const files = writeResults(plan, results, options);
      if (options.json) {
        print(`${JSON.stringify({ files, failed, ...(stopped ? { stopped } : {}), ...results.table }, null, 2)}\n`);
      } else {
        print(formatResults('md', plan, results, options));
        const lines = [...(isSmokeTest ? [SMOKE_TEST, ''] : []), ...whereToGo(files, options)];
        print(`\n${lines.join('\n')}\n`);
      }
      if (failed.length > 0) outcome.exitCode = 1;
    },
  };
}

const SMOKE_TEST = 'SMOKE TEST: the quick preset takes 2 training steps and 4 queries, and its numbers mean nothing.';

const isQuick = ({ preset }: RunArguments): boolean => preset === 'quick';

/** The next commands, each with the options of this one. */
function whereToGo(files: { html: string; md: string }, options: RunArguments): string[] {
  const other = options.experiment === 'negatives' ? 'trainable-layers' : 'negatives';
  const next: [string, string][] = [
    [runCommandText({ ...options, seeds: '0,1,2' }), 'more seeds, with their spread'],
    [runCommandText({ ...options, experiment: other }), 'another question (experiments/README.md)'],
    ...(options.model === undefined
      ? [
          [runCommandText({ ...options, model: 'FOLDER' }), 'another model: a folder, a .gguf file or hf:org/name'] as [
            string,
            string,
          ],
        ]
      : []),
    ...((options.track ?? []).some((name) => name.includes('wandb'))
      ? [[syncCommandText(options), 'uploads to W&B what is not there yet'] as [string, string]]
      : []),
  ];
  return [
    `Report: ${path.resolve(files.html)}`,
    `Table:  ${files.md} (also .csv, .json, .tex)`,
    'Next:',
    ...next.flatMap(([command, why]) => [`  ${command}`, `      ${why}`]),
  ];
}
