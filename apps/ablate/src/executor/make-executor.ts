import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { SweepPlan } from '@tsarank/ablation';
import type { Executor } from '@tsarank/sweeps';
import { freeMemory } from './free-memory';
import { hubOfEnvironment } from '../experiment/hub-models';
import type { ExperimentOptions } from '../options/experiment-options';
import { redisUrl, parseSlurmOptions, type SweepOptions } from '../options/sweep-options';

/** Of this repository, or of a frozen copy of it. */
const ROOT = path.resolve(__dirname, '../../../..');
const REMOTE_JOBS = 64;
const GIB = 2 ** 30;

/** The executor that the options ask for, with the code frozen as it is now: runs that start later run it too. */
export function makeExecutor(
  plan: SweepPlan,
  options: ExperimentOptions & SweepOptions,
  onNotice: (text: string) => void,
): Executor {
  const { bullmqExecutor, FROZEN_CODE, freezeCode, localExecutor, slurmExecutor } =
    require('@tsarank/sweeps') as typeof import('@tsarank/sweeps');
  const root = freezeCode(ROOT, path.join(path.resolve(options.out), FROZEN_CODE));
  const saving = ['--checkpoint-seconds', String(options['checkpoint-seconds'])];
  const execute = (...more: string[]): [string, ...string[]] => [
    process.execPath,
    path.join(root, 'apps/ablate/bin/ablate.mjs'),
    'execute',
    ...saving,
    ...more,
  ];
  switch (options.executor) {
    case 'slurm': {
      const sbatch = parseSlurmOptions(options.slurm ?? []);
      const cores = sbatch['cpus-per-task'];
      return slurmExecutor({
        command: execute(...(cores ? ['--threads', cores] : [])),
        slots: options.jobs ?? REMOTE_JOBS,
        sbatch,
      });
    }
    case 'bullmq':
      return bullmqExecutor({
        redis: redisUrl(options.redis),
        queue: options.queue,
        slots: options.jobs ?? REMOTE_JOBS,
        root,
        onNotice,
      });
    case 'local': {
      const slots = options.jobs ?? defaultJobs(plan);
      // Runs side by side share the cores: each taking them all costs a fifth more processor time.
      const threads = Math.max(1, Math.floor(availableParallelism() / slots));
      const memory = memoryBudget(options.memory);
      return localExecutor({ command: execute('--threads', String(threads)), slots, ...(memory ? { memory } : {}) });
    }
  }
}

/**
 * One a core; one in all where a run fills the device: on a GPU, and with TensorFlow, unless the model is the embedded
 * one, too small for two threads to help.
 */
export function defaultJobs({ runs }: SweepPlan): number {
  const alone = runs.some(
    ({ config: { engine, model } }) => engine === 'tensorflow-gpu' || (engine === 'tensorflow' && model !== 'tiny'),
  );
  return alone ? 1 : availableParallelism();
}

/** @param gib As `--memory` has it; default: what is free now. */
function memoryBudget(gib: number | undefined) {
  if (gib === 0) return undefined;
  const { estimateRun, modelShape } = require('@tsarank/estimate') as typeof import('@tsarank/estimate');
  const limit = gib === undefined ? freeMemory() : gib * GIB;
  return limit === undefined
    ? undefined
    : {
        limit,
        needOf: (run: SweepPlan['runs'][number]) =>
          estimateRun(run, modelShape(run.config.model, hubOfEnvironment)).memory,
      };
}
