import { InputError, print, printNotice } from '@tsarank/io';
import type { CommandModule } from 'yargs';
import type { Outcome } from '../outcome';
import { requireSingle, withExperiment, type ExperimentOptions } from '../../options/experiment-options';
import { sweepOptions } from '../../options/sweep-options';
import type { TrackingOptions } from '../../options/tracking-options';

const { project, entity, tags } = sweepOptions;
/** Options of this command alone. */
export const syncOptions = {
  project,
  entity,
  tags,
  client: {
    type: 'string',
    requiresArg: true,
    describe: "W&B's official client; default: TSARANK_WANDB, or wandb on the PATH",
  },
} as const;
type SyncArguments = ExperimentOptions & TrackingOptions & { client?: string };

/** Uploads an experiment's runs and table to W&B by the official client; executes nothing. */
export function syncCommand(outcome: Outcome): CommandModule<object, SyncArguments> {
  return {
    command: 'sync [experiment]',
    describe: "upload runs and table to W&B, by W&B's own client",
    builder: (yargs) => withExperiment(yargs).options(syncOptions),
    handler: async (given) => {
      requireSingle(given);
      const { planFinishedSweep } =
        require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { syncSweep } = require('./sync-sweep') as typeof import('./sync-sweep');
      const { wandbClient } = require('./wandb-client') as typeof import('./wandb-client');
      const client = wandbClient(given.client);
      if (!client) {
        throw new InputError({
          field: '--client',
          found: `no program ${given.client ?? 'wandb'}`,
          expected: "W&B's client, as `pip install wandb` provides it",
        });
      }
      const { plan, options } = await planFinishedSweep(given);
      const { uploaded, failed, current, absent } = await syncSweep(plan, options, client);
      if (options.json) {
        print(`${JSON.stringify({ uploaded, failed, current, absent }, null, 2)}\n`);
      } else {
        for (const { folder, why } of failed) printNotice(`ablate: ${folder}: ${why}\n`);
        print(
          `${uploaded.length} logs uploaded, ${current} there already, ${failed.length} failed; ${absent} runs without a record\n`,
        );
      }
      if (failed.length > 0) outcome.exitCode = 1;
    },
  };
}
