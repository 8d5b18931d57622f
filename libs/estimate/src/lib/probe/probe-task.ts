import type { PlannedRun } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import type { ModelShape } from '../model-shape';
import { finetuneStepFlops, pretrainStepFlops } from '../run-flops';
import { mostTokens, tokensKey, type CountedTokens } from '../run-tokens';

/** What one probe process measures: configurations that stand for all of a plan's. */
export interface ProbeTask {
  /** Threads of the engine; absent: what its library takes. */
  threads?: number;
  /** Of which stage one takes a step or two. */
  pretrain: readonly RunConfig[];
  /** Likewise stage two, on the base model. */
  finetune: readonly RunConfig[];
  /** Whose test sets are counted, and the first one's scored in part. */
  evaluate: readonly RunConfig[];
}

/** Seconds of something whose arithmetic is known. */
export interface TimedWork {
  flops: number;
  seconds: number;
}

/** A training step; passes as `blockPasses` counts them. */
export interface TimedStep extends TimedWork {
  passes: number;
}

/** What one probe process found. Seconds throughout. */
export interface ProbeReport {
  load: {
    /** From the process's start until the engine is ready. */
    start: number;
    /** Of the base model, once. */
    model: number;
    /** Stage one's pairs. */
    pairs: number;
    /** The collection, its index, the groups of stage two. */
    index: number;
  };
  counted: CountedTokens[];
  /** Mean optimizer step of each configuration, and what a training takes beside its steps. */
  pretrain?: { fixed: number; steps: TimedStep[] };
  finetune?: { fixed: number; steps: TimedStep[] };
  /** A part of the scoring. */
  evaluate?: TimedWork;
}

/** Texts of so many kinds are counted; those of others are scaled from the first. */
const COUNTED_KINDS = 3;

/** The configurations that stand for the runs: of each stage the commonest step, the cheapest and the dearest. */
export function probeTask(runs: readonly PlannedRun[], shape: ModelShape, threads?: number): ProbeTask {
  const stages = runs.filter(({ kind }) => kind === 'pretrain').map(({ config }) => config);
  const trained = runs.filter(({ kind }) => kind === 'finetune').map(({ config }) => config);
  const scored = runs.filter(({ kind }) => kind === 'score').map(({ config }) => config);
  return {
    threads,
    pretrain: representatives(stages, (config) =>
      pretrainStepFlops(config.pretrain!, shape, mostTokens(config).pretrain),
    ),
    finetune: representatives(trained, (config) =>
      finetuneStepFlops(config.finetune!, shape, mostTokens(config).finetune),
    ),
    evaluate: byFrequency(scored, tokensKey).slice(0, COUNTED_KINDS),
  };
}

function representatives(configs: readonly RunConfig[], costOf: (config: RunConfig) => number): RunConfig[] {
  const kinds = byFrequency(configs, (config) => String(costOf(config)));
  const sorted = [...kinds].sort((a, b) => costOf(a) - costOf(b));
  return [...new Set([kinds[0], sorted[0], sorted.at(-1)])].filter((config) => config !== undefined);
}

/** One configuration of each kind, the commonest kind first. */
function byFrequency(configs: readonly RunConfig[], kindOf: (config: RunConfig) => string): RunConfig[] {
  const kinds = new Map<string, { config: RunConfig; count: number }>();
  for (const config of configs) {
    const kind = kindOf(config);
    const known = kinds.get(kind);
    if (known) known.count += 1;
    else kinds.set(kind, { config, count: 1 });
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count).map(({ config }) => config);
}
