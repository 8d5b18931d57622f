import path from 'node:path';
import type { CommandModule } from 'yargs';
import { requireSingle, withExperiment, type ExperimentOptions } from '../lib/options';

/** Writes the tables and the HTML report from the records; executes nothing. */
export function reportCommand(): CommandModule<object, ExperimentOptions> {
  return {
    command: 'report [experiment]',
    describe: 'write tables and the HTML report from the records',
    builder: (yargs) => withExperiment(yargs),
    handler: async (options) => {
      requireSingle(options);
      const { planSweep } = require('../lib/plan-sweep') as typeof import('../lib/plan-sweep');
      const { readResults, writeResults } = require('../lib/result-files') as typeof import('../lib/result-files');
      const plan = await planSweep(options);
      const files = writeResults(plan, readResults(plan, options), options);
      const shown = options.json ? JSON.stringify(files, null, 2) : Object.values(files).map((file) => path.resolve(file)).join('\n');
      process.stdout.write(`${shown}\n`);
    },
  };
}
