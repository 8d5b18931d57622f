import type { PlannedRun } from '@tsarank/ablation';
import { formatSeconds } from '@tsarank/io';
import { PHASE_NAMES, type RunProgress } from '@tsarank/runs';

/** A run in flight as it is shown. */
export interface RunShown {
  run: PlannedRun;
  /** Absent until its process says something. */
  progress?: RunProgress;
  /** Seconds left, as far as can be told. */
  left?: number;
}

/** Name, phase and step, loss, speed, time left. */
export function runLine({ run, progress, left }: RunShown): string[] {
  if (!progress) return [runName(run), 'waiting'];
  const { phase, done, total, loss, tokensPerSecond } = progress;
  return [
    runName(run),
    `${PHASE_NAMES[phase]}${total > 1 ? ` ${done}/${total}` : ''}`,
    loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
    tokensPerSecond === undefined ? '' : `${compact(tokensPerSecond)} tokens/s`,
    left === undefined ? '' : `${formatSeconds(left)} left`,
  ];
}

/** As in `top-1 (seed 0)`, and for a scoring run `top-1 on inDomain (seed 0)`. */
export function runName({ kind, variant, seed, set }: PlannedRun): string {
  const name = kind === 'pretrain' ? 'stage one' : variant;
  return `${name}${set ? ` on ${set.name}` : ''} (seed ${seed})`;
}

/** 834, 2.1k, 15k. */
function compact(value: number): string {
  if (value < 1000) return String(Math.round(value));
  return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)}k`;
}
