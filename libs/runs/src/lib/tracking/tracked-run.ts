import { availableParallelism, hostname } from 'node:os';
import type { PlannedRun } from '@tsarank/ablation';
import type { TrackedRun } from '@tsarank/tracking';

/** Stage as W&B's job type names it: continual pre-training, supervised fine-tuning, evaluation alone. */
export type JobType = 'cpt' | 'sft' | 'eval';

const JOB_TYPES: Readonly<Record<PlannedRun['kind'], JobType>> = { pretrain: 'cpt', finetune: 'sft', score: 'eval' };

export const jobTypeOf = ({ kind }: PlannedRun): JobType => JOB_TYPES[kind];

/**
 * How a run shows in W&B: one group an experiment, one job type a stage, the whole configuration nested, and under
 * `_ablation` what it is compared by. The run id is the run's own, so that another attempt updates the same run.
 *
 * @param startingStep History rows that earlier attempts have logged and that stand.
 */
export function trackedRun(planned: PlannedRun, request: TrackingRequest, startingStep = 0): TrackedRun {
  const { runId, kind, variant, seed, config, dataHashes, parent, behaviourVersion } = planned;
  const { project, entity, experiment, question, baseline, tags } = request;
  return {
    runId,
    project,
    ...(entity ? { entity } : {}),
    group: experiment,
    jobType: jobTypeOf(planned),
    name: `${kind === 'pretrain' ? 'stage-one' : variant}/seed=${seed}`,
    notes: question,
    // The group has the name too.
    tags: [
      ...(experiment.length <= 64 ? [experiment] : []),
      ...(kind !== 'pretrain' && variant === baseline ? ['baseline'] : []),
      ...tags,
    ],
    config: {
      ...config,
      _ablation: {
        experiment,
        variant,
        baseline,
        seed,
        behaviourVersion,
        dataHashes: { ...dataHashes },
        parent: parent ?? null,
      },
    },
    metrics: [
      { name: 'train/*', stepMetric: 'train/examples' },
      { name: 'train/loss', stepMetric: 'train/examples', summary: ['min', 'last'] },
      { name: 'eval/*', summary: ['last'] },
    ],
    startingStep,
    metadata: {
      host: hostname(),
      cpu_count: availableParallelism(),
      program: 'ablate',
      node: process.version,
      platform: process.platform,
    },
  };
}

/** What a run needs to know to be found under its experiment. It decides nothing of the result and is in no run id. */
export interface TrackingRequest {
  /** W&B's project. */
  project: string;
  entity?: string;
  /** Name of the experiment; W&B's group. */
  experiment: string;
  question: string;
  /** The variant that others are compared with. */
  baseline: string;
  tags: readonly string[];
}
