import { defineAblation, expandAblation, type SweepPlan } from '@tsarank/ablation';
import { quick } from '@tsarank/config';

/** So many runs that share nothing. */
export function countingPlan(runs: number): SweepPlan {
  const variants = Object.fromEntries(
    Array.from({ length: runs }, (_, at) => [`v${at}`, { pretrain: null, finetune: { steps: at + 1 } }]),
  );
  const spec = {
    name: 'test',
    question: '?',
    base: quick,
    variants,
    baseline: 'v0',
    seeds: [0],
    measures: ['AP'] as const,
  };
  const plan = expandAblation(defineAblation(spec), { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
  return { ...plan, runs: plan.runs.filter(({ kind }) => kind === 'finetune') };
}
