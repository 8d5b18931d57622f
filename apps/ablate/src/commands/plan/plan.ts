import { print } from '@tsarank/io';
import type { CommandModule } from 'yargs';
import { hubOfEnvironment } from '../../experiment/hub-models';
import { requireSingle, withExperiment, type ExperimentOptions } from '../../options/experiment-options';
import { checkSweepOptions, sweepOptions } from '../../options/sweep-options';

/** Options of this command alone. */
export const planOptions = {
  jobs: sweepOptions.jobs,
  probe: {
    type: 'boolean',
    nargs: 0,
    default: true,
    describe: 'measure this machine for the times; --no-probe: no times',
  },
} as const;

type PlanArguments = ExperimentOptions & { jobs?: number; probe: boolean };

/** Lists the runs of an experiment: what became of them, what they share, and what is left will take. Executes none. */
export function planCommand(): CommandModule<object, PlanArguments> {
  return {
    command: 'plan [experiment]',
    describe: 'list the runs with what they will take, executing none',
    builder: (yargs) => withExperiment(yargs).options(planOptions),
    handler: async (options) => {
      requireSingle(options);
      checkSweepOptions({ jobs: options.jobs });
      const { planSweep } = require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { requireRunnable } = require('@tsarank/estimate') as typeof import('@tsarank/estimate');
      const { describePlan, runState, unfinishedRuns } = require('./describe-plan') as typeof import('./describe-plan');
      const { freeMemory } = require('../../executor/free-memory') as typeof import('../../executor/free-memory');
      const { defaultJobs } = require('../../executor/make-executor') as typeof import('../../executor/make-executor');
      const plan = await planSweep(options);
      await requireRunnable(plan.runs, hubOfEnvironment);
      const jobs = options.jobs ?? defaultJobs(plan);
      const readState = runState(options.out);
      const states = new Map(plan.runs.map((run) => [run.runId, readState(run)]));
      const sizes = {
        out: options.out,
        jobs,
        freeMemory: freeMemory(),
        stateOf: ({ runId }: { runId: string }) => states.get(runId)!,
      };
      const open = options.probe ? unfinishedRuns(plan, sizes.stateOf, options.out) : [];
      const { probePlan } = require('./probe-plan') as typeof import('./probe-plan');
      const calibrationOf = await probePlan(open, sizes);
      const described = describePlan(plan, { ...sizes, calibrationOf });
      if (options.json) {
        const { planJson } = require('./plan-json') as typeof import('./plan-json');
        print(`${JSON.stringify(planJson(described), null, 2)}\n`);
      } else {
        const { planTable } = require('./plan-table') as typeof import('./plan-table');
        print(planTable(described, Math.max(120, process.stdout.columns ?? 0)));
      }
    },
  };
}
