import type { CommandModule } from 'yargs';
import { requireSingle, withExperiment, type ExperimentOptions } from '../lib/options';

/** Lists the runs of an experiment and what became of them; executes nothing. */
export function planCommand(): CommandModule<object, ExperimentOptions> {
  return {
    command: 'plan [experiment]',
    describe: 'list the runs, executing nothing',
    builder: (yargs) => withExperiment(yargs),
    handler: async (options) => {
      requireSingle(options);
      const { planSweep } = require('../lib/plan-sweep') as typeof import('../lib/plan-sweep');
      const { readRecord } = require('@tsarank/runner') as typeof import('@tsarank/runner');
      const plan = await planSweep(options);
      const rows = plan.runs.map((run) => {
        const variants = plan.cells.filter((cell) => cell.runId === run.runId).map(({ variant }) => variant);
        const state = readRecord(options.out, run.runId)?.status ?? 'to do';
        return { ...run, variants: run.kind === 'pretrain' ? ['stage one'] : variants, state };
      });
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ experiment: plan.spec.name, question: plan.spec.question, runs: rows }, null, 2)}\n`);
        return;
      }
      const lines = rows.map(({ runId, state, seed, variants, stageId }) =>
        [runId, state.padEnd(6), `seed ${seed}`, variants.join(', '), ...(stageId ? [`(from ${stageId})`] : [])].join('  '),
      );
      const todo = rows.filter(({ state }) => state !== 'done').length;
      const { name, question } = plan.spec;
      process.stdout.write(`${name}: ${question}\n${lines.join('\n')}\n${rows.length} runs, ${todo} to do\n`);
    },
  };
}
