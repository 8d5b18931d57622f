import type { PlannedRun } from '@tsarank/ablation';
import type { ModelShape } from './model-shape';
import { PHASES, type Phase } from '@tsarank/runs';
import { blockPasses, holdsReference, runFlops } from './run-flops';
import { runMemory } from './run-memory';
import { tokensOf, type CountedTokens } from './run-tokens';

/** Seconds of a phase: `fixed + perPass · block passes + perFlop · flops`. */
export interface PhaseRate {
  fixed: number;
  /** What a step's pass through a block takes whatever its size (see `blockPasses`); 0 where it can't be told. */
  perPass: number;
  perFlop: number;
}

/** What a probe found out about the machine, the model and the data of a plan. */
export interface Calibration {
  counted: readonly CountedTokens[];
  /** Seconds of a process's parts that no step accounts for. */
  load: { start: number; model: number; pairs: number; index: number; end: number };
  pretrain?: PhaseRate;
  finetune?: PhaseRate;
  evaluate?: PhaseRate;
}

/** What a run will take. */
export interface RunEstimate {
  /** Of matrix products (see `runFlops`). */
  flops: number;
  /** Peak bytes of the run's process (see `runMemory`). */
  memory: number;
  /** Absent without a calibration that measured all of the run's phases. */
  seconds?: number;
  phases: Record<Phase, { flops: number; seconds?: number }>;
}

/**
 * What a run will take. Without a calibration the texts are taken as long as the configuration lets them be, so that
 * operations and memory are upper bounds and there is no time; with one, texts count as the probe counted them.
 */
export function estimateRun(run: PlannedRun, shape: ModelShape, calibration?: Calibration): RunEstimate {
  const tokens = tokensOf(run.config, calibration?.counted);
  const flops = runFlops(run, shape, tokens);
  const phases = Object.fromEntries(
    PHASES.map((phase) => {
      const seconds = calibration && phaseSeconds(run, shape, { phase, flops: flops[phase], calibration });
      return [phase, { flops: flops[phase], ...(seconds === undefined ? {} : { seconds }) }];
    }),
  ) as RunEstimate['phases'];
  const seconds = PHASES.reduce<number | undefined>(
    (sum, phase) =>
      sum === undefined || phases[phase].seconds === undefined ? undefined : sum + phases[phase].seconds,
    0,
  );
  return {
    flops: PHASES.reduce((sum, phase) => sum + flops[phase], 0),
    memory: runMemory(run, shape, tokens),
    ...(seconds === undefined ? {} : { seconds }),
    phases,
  };
}

function phaseSeconds(
  { kind, config }: PlannedRun,
  shape: ModelShape,
  { phase, flops, calibration }: { phase: Phase; flops: number; calibration: Calibration },
): number | undefined {
  const { load } = calibration;
  if (phase === 'load') {
    // A run that trains saves its model in about the time that it took to load it.
    if (kind === 'pretrain') return load.start + 2 * load.model + load.pairs + load.end;
    if (kind === 'score') return load.start + load.model + load.end;
    const models = holdsReference(config.finetune) ? 2 : 1;
    return load.start + (models + 1) * load.model + load.index + load.end;
  }
  if (flops === 0) return 0;
  const rate = calibration[phase];
  const passes = phase === 'evaluate' ? 0 : config[phase]!.steps * blockPasses(config[phase]!, shape);
  return rate && rate.fixed + rate.perPass * passes + rate.perFlop * flops;
}
