import { InputError, print, printNotice } from '@tsarank/io';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { exportCommandText } from '../../experiment/command-text';
import { experimentOptions, type ExperimentOptions } from '../../options/experiment-options';

const { out: runs, json, seeds, ...deciding } = experimentOptions;
export const exportOptions = {
  ...deciding,
  seed: { type: 'number', requiresArg: true, describe: 'default: the first of the experiment' },
  seeds: {
    ...seeds,
    alias: undefined,
    describe: 'those that the sweep was run with; default: those of the experiment',
  },
  runs,
  out: { type: 'string', requiresArg: true, demandOption: true, describe: 'the folder that is made' },
  train: { type: 'boolean', nargs: 0, default: false, describe: 'train the model again where it was not kept' },
  json,
} as const satisfies Record<string, Options>;

export type ExportArguments = InferredOptionTypes<typeof exportOptions> & { variant: string; experiment: string };

/** Copies a variant's model out of a sweep, as a Hugging Face folder. */
export function exportCommand(): CommandModule<object, ExportArguments> {
  return {
    command: 'export <variant> [experiment]',
    describe: "copy a variant's model out as a Hugging Face folder",
    builder: (yargs) =>
      yargs
        .positional('variant', { type: 'string', demandOption: true, describe: 'its name or label in the table' })
        .positional('experiment', {
          type: 'string',
          default: 'recipe',
          describe: 'a name in experiments/, or a .ts or .json file',
        })
        .options(exportOptions),
    handler: async (given) => {
      for (const name of ['out', 'runs', 'seed', 'variant'] as const) {
        const value: unknown = given[name];
        if (Array.isArray(value))
          throw new InputError({ field: `--${name}`, found: `${value.length} values`, expected: 'one' });
      }
      const { planFinishedSweep } =
        require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { cellOf, exportModel, keptModel, trainAgain, trainingOf } =
        require('./export-model') as typeof import('./export-model');
      const asked: ExperimentOptions = { ...given, out: given.runs };
      const { plan, options } = await planFinishedSweep(asked);
      const cell = cellOf(plan, given.variant, given.seed);
      const run = trainingOf(plan, cell);
      if (given.train) await trainAgain(plan, run, options);
      const model = keptModel(given.runs, run, exportCommandText(given));
      await exportModel(given.runs, run, model, given.out);
      const { variant, seed } = cell;
      if (given.json) print(`${JSON.stringify({ variant, seed, run: run.runId, out: given.out })}\n`);
      else printNotice(`ablate: ${plan.labels[variant]} (seed ${seed}, run ${run.runId}) is in ${given.out}\n`);
    },
  };
}
