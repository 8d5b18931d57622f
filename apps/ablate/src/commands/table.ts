import type { CommandModule } from 'yargs';
import { requireSingle, withExperiment, type ExperimentOptions } from '../lib/options';
import type { Format } from '../lib/result-files';

type TableArguments = ExperimentOptions & { format: Exclude<Format, 'html'> };

/** Prints the table that the records make now; executes nothing. */
export function tableCommand(): CommandModule<object, TableArguments> {
  return {
    command: 'table [experiment]',
    describe: 'print the table that the records make now',
    builder: (yargs) =>
      withExperiment(yargs).option('format', { choices: ['md', 'csv', 'json', 'tex'] as const, default: 'md' as const, requiresArg: true }),
    handler: async (options) => {
      requireSingle(options);
      const { planSweep } = require('../lib/plan-sweep') as typeof import('../lib/plan-sweep');
      const { formatResults, readResults } = require('../lib/result-files') as typeof import('../lib/result-files');
      const plan = await planSweep(options);
      const format = options.json ? 'json' : options.format;
      process.stdout.write(formatResults(format, plan, readResults(plan, options), options));
    },
  };
}
