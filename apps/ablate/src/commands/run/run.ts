import path from 'node:path';
import type { CommandModule } from 'yargs';
import type { Outcome } from '../outcome';
import { hubOfEnvironment } from '../../experiment/hub-models';
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
      const { failed, stopped, results } = await executeSweep(plan, options);
      const { writeResults, formatResults } =
        require('../../results/result-files') as typeof import('../../results/result-files');
      const files = writeResults(plan, results, options);
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ files, failed, ...(stopped ? { stopped } : {}), ...results.table }, null, 2)}\n`,
        );
      } else {
        process.stdout.write(formatResults('md', plan, results, options));
        process.stdout.write(`\n${whereToGo(files.html, files.md, options).join('\n')}\n`);
      }
      if (failed.length > 0) outcome.exitCode = 1;
    },
  };
}

function whereToGo(html: string, markdown: string, { experiment, track = [] }: RunArguments): string[] {
  const other = experiment === 'negatives' ? 'trainable-layers' : 'negatives';
  return [
    `Report: ${path.resolve(html)}`,
    `Table:  ${markdown} (also .csv, .json, .tex)`,
    'Go on:  npx nx run ablate -- --seeds 0,1,2               more seeds, with their spread',
    `        npx nx run ablate -- ${other.padEnd(31)} another question (experiments/README.md)`,
    '        npx nx run ablate -- --model <folder or .gguf>   another model',
    ...(track.some((name) => name.includes('wandb'))
      ? ['        npx ablate sync                                  upload to W&B what is not there yet']
      : []),
  ];
}
