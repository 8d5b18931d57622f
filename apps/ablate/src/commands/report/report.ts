import { print } from '@tsarank/io';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { requireSingle, withExperiment, type ExperimentOptions } from '../../options/experiment-options';
import { requireUsed, sweepOptions } from '../../options/sweep-options';
import type { TrackingOptions } from '../../options/tracking-options';

/** Options of this command alone. */
export const reportOptions = {
  wandb: {
    choices: ['spec', 'create'] as const,
    requiresArg: true,
    describe: 'a W&B report instead: print its specification, or create it',
  },
  project: sweepOptions.project,
  entity: sweepOptions.entity,
} as const;
type ReportArguments = ExperimentOptions & TrackingOptions & { wandb?: 'spec' | 'create' };

/** Writes the tables and the HTML report from the records, or a W&B report; executes nothing. */
export function reportCommand(): CommandModule<object, ReportArguments> {
  return {
    command: 'report [experiment]',
    describe: 'write tables and the HTML report from the records',
    builder: (yargs) => withExperiment(yargs).options(reportOptions),
    handler: async (given) => {
      requireSingle(given);
      requireUsed('wandb', given.wandb, { project: given.project, entity: given.entity });
      const { planFinishedSweep } =
        require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { readResults, requireNoLoss, writeResults } =
        require('../../results/result-files') as typeof import('../../results/result-files');
      const { plan, options } = await planFinishedSweep(given);
      const { wandb } = options;
      if (wandb) {
        const { wandbReport } = require('./wandb-report') as typeof import('./wandb-report');
        print(`${await wandbReport(plan, { ...options, wandb })}\n`);
        return;
      }
      const results = readResults(plan, options);
      requireNoLoss(plan, results, options);
      const files = writeResults(plan, results, options);
      const shown = options.json
        ? JSON.stringify(files, null, 2)
        : Object.values(files)
            .map((file) => path.resolve(file))
            .join('\n');
      print(`${shown}\n`);
    },
  };
}
