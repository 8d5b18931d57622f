import type { EvaluationSet, RunConfig, RunKind } from '@tsarank/config';
import type { AblationSpec } from './ablation-spec';
import type { DataHashes } from './run-id';

/** A test set of a plan. */
export interface PlannedSet extends EvaluationSet {
  /** Of its queries, candidates and texts: equal for sets that hold the same, whatever their names. */
  id: string;
}

/** One execution: stage one, stage two, or one model's scores over one test set. */
export interface PlannedRun {
  kind: RunKind;
  runId: string;
  /** The first variant that needs it. */
  variant: string;
  seed: number;
  /** Complete. */
  config: RunConfig;
  dataHashes: DataHashes;
  /** The run whose model it starts from, or scores with; absent: the base model. */
  parent?: string;
  /** Of a scoring run. */
  set?: PlannedSet;
  /** The run under which trackers show these scores: the one that fine-tuned the model; absent: itself. */
  shownUnder?: string;
  behaviourVersion: number;
}

/** The runs that answer for a variant and seed; variants with equal settings share them. */
export interface PlannedCell {
  variant: string;
  seed: number;
  /** What the cell's numbers are filed under: the run that made its model; without one, its first scoring run. */
  runId: string;
  /** The run that made its model; absent: the base model. */
  model?: string;
  /** Test set -> scoring run. */
  scores: Readonly<Record<string, string>>;
}

/** A spec and everything there is to execute for it: stage one first, then stage two, then scores. */
export interface SweepPlan {
  spec: AblationSpec;
  /** Variant -> how tables name it, true to its configuration. */
  labels: Readonly<Record<string, string>>;
  runs: readonly PlannedRun[];
  cells: readonly PlannedCell[];
}
