import type { PlannedRun } from '@tsarank/ablation';
import { type Phase, PHASES, type RunProgress } from '@tsarank/runs';

/** A backward pass costs two forward passes for the blocks that train. */
const BACKWARD = 2;
/** Scoring a pair, in forward passes: a document's tokens are computed once for all its queries. */
const SCORED_PAIR = 0.45;
/** Queries assumed where a configuration takes all there are. */
const ASSUMED_QUERIES = 300;
/** Loading and indexing, in forward passes of a pair. */
const LOAD = 100;

/** Rough work of each phase of a run in forward passes of one pair; only ratios matter, for the time left. */
export function runCost({ kind, set, config: { pretrain, finetune } }: PlannedRun): Record<Phase, number> {
  const cost = { load: LOAD, pretrain: 0, finetune: 0, evaluate: 0 };
  if (kind === 'pretrain') {
    cost.pretrain = pretrain ? pretrain.steps * pretrain.batchSize * (1 + BACKWARD) : 0;
    return cost;
  }
  if (set) {
    cost.evaluate = (set.queries ?? ASSUMED_QUERIES) * set.depth * SCORED_PAIR;
    return cost;
  }
  if (finetune) {
    const reference = finetune.weights.differencePenalty > 0 ? 1 : 0;
    cost.finetune = finetune.steps * finetune.batchSize * (finetune.negatives + 1) * (1 + reference + BACKWARD);
  }
  return cost;
}

/** The share of a run's work that is done, 0 to 1. */
export function doneShare(run: PlannedRun, { phase, done, total }: RunProgress): number {
  const cost = runCost(run);
  const before = PHASES.slice(0, PHASES.indexOf(phase)).reduce((sum, earlier) => sum + cost[earlier], 0);
  const all = PHASES.reduce((sum, each) => sum + cost[each], 0);
  return (before + cost[phase] * (total > 0 ? Math.min(1, done / total) : 0)) / all;
}
