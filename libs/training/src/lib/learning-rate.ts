/** Shape of the learning rate over the steps. */
export type Schedule = 'constant' | 'cosine';

export interface ScheduleOptions {
  schedule: Schedule;
  /** The peak. */
  learningRate: number;
  /** Optimizer steps in all, T. */
  steps: number;
  /** Share of the steps over which the rate rises from 0; W = ceil(warmupRatio T). */
  warmupRatio: number;
}

/**
 * Learning rate of one optimizer step.
 *
 *   i < W:    learningRate i / max(1, W)
 *   constant: learningRate
 *   cosine:   learningRate max(0, (1 + cos(pi (i - W) / max(1, T - W))) / 2)
 *
 * As in the published trainer, step 0 of a warm-up has rate 0.
 *
 * @param step i, from 0.
 *
 * Source: Hugging Face transformers, optimization.py: `get_cosine_schedule_with_warmup` (half a cosine),
 * `get_constant_schedule_with_warmup`; `TrainingArguments.get_warmup_steps`.
 *
 * @example
 * learningRateAt({ schedule: 'cosine', learningRate: 1, steps: 10, warmupRatio: 0.2 }, 6); // 0.5
 */
export function learningRateAt({ schedule, learningRate, steps, warmupRatio }: ScheduleOptions, step: number): number {
  const warmupSteps = Math.ceil(steps * warmupRatio);
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps);
  if (schedule === 'constant') return learningRate;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
}
