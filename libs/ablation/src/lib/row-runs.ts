import type { RunRecord, SystemName } from '@tsarank/config';
import { variantNames } from './ablation-spec';
import type { PlannedCell, SweepPlan } from './sweep-plan';

/** A row of the table and the runs behind it. */
export interface RowRuns {
  key: string;
  label: string;
  group?: string;
  /** Which ranking of those runs the row shows. */
  system: SystemName;
  /** By seed, in the spec's order; `record` only when its model is there and a test set has been scored. */
  runs: { seed: number; cell: PlannedCell; record?: RunRecord }[];
}

/**
 * The rows in the order of a table: BM25, BM25 fused with the baseline, no training, stage one only, the baseline, and
 * then the other variants as declared.
 */
export function rowRuns({ spec, labels, cells }: SweepPlan, measured: ReadonlyMap<string, RunRecord>): RowRuns[] {
  const runsOf = (variant: string): RowRuns['runs'] =>
    cells
      .filter((cell) => cell.variant === variant)
      .map((cell) => {
        const record = measured.get(cell.runId);
        return { seed: cell.seed, cell, ...(record?.status === 'done' ? { record } : {}) };
      });
  const labelOf = (variant: string): string => labels[variant] ?? variant;
  const rank = (variant: string): number => {
    if (variant === spec.baseline) return 2;
    const patch = spec.variants[variant]!;
    const pretrain = patch.pretrain === undefined ? spec.base.pretrain : patch.pretrain;
    const finetune = patch.finetune === undefined ? spec.base.finetune : patch.finetune;
    if (finetune !== null) return 3;
    return pretrain === null ? 0 : 1;
  };
  const variants = variantNames(spec).sort((a, b) => rank(a) - rank(b));
  const baseline = runsOf(spec.baseline);
  return [
    { key: 'bm25', label: 'BM25', system: 'bm25', runs: baseline },
    { key: 'fused', label: `BM25 fused with ${labelOf(spec.baseline)}`, system: 'fused', runs: baseline },
    ...variants.map((variant): RowRuns => {
      const group = spec.groups?.[variant];
      return {
        key: variant,
        label: labelOf(variant),
        ...(group ? { group } : {}),
        system: 'model',
        runs: runsOf(variant),
      };
    }),
  ];
}
