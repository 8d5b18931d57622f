import type { RunConfig } from '@tsarank/config';
import type { AblationSpec } from './ablation-spec';
import type { DataHashes } from './run-id';

/** One execution: a run of stage two and its evaluation, or a stage-one run that others start from. */
export interface PlannedRun {
  kind: 'run' | 'pretrain';
  runId: string;
  /** The first variant that needs it. */
  variant: string;
  seed: number;
  /** Complete. */
  config: RunConfig;
  dataHashes: DataHashes;
  /** The stage-one run it starts from. */
  stageId?: string;
  behaviourVersion: number;
}

/** Which run answers for a variant and seed; variants with equal settings share one. */
export interface PlannedCell {
  variant: string;
  seed: number;
  runId: string;
}

/** A spec and everything there is to execute for it, stage-one runs first. */
export interface SweepPlan {
  spec: AblationSpec;
  /** Variant -> how tables name it, true to its configuration. */
  labels: Readonly<Record<string, string>>;
  runs: readonly PlannedRun[];
  cells: readonly PlannedCell[];
}
