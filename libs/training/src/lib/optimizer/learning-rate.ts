/** Shape of the learning rate over the steps. */
export type Schedule = 'constant' | 'cosine';

export interface ScheduleOptions {
  schedule: Schedule;
  /** The peak. */
  learningRate: number;
  /** Optimizer steps in all, T. */
  steps: number;
  /** Share of the steps over which a cosine rises from 0; W = ceil(warmupRatio T). A constant rate has no warm-up. */
  warmupRatio: number;
}

/**
 * Learning rate of one optimizer step.
 *
 *   constant: learningRate
 *   cosine:   learningRate i / max(1, W) while i < W, then
 *             learningRate max(0, (1 + cos(pi (i - W) / max(1, T - W))) / 2)
 *
 * As in the published trainer, step 0 of a warm-up has rate 0.
 *
 * @param step i, from 0.
 *
 * Source: Hugging Face transformers, optimization.py: `get_cosine_schedule_with_warmup` (half a cosine),
 * `get_constant_schedule` (which ignores the warm-up); `TrainingArguments.get_warmup_steps`.
 *
 * @example
 * learningRateAt({ schedule: 'cosine', learningRate: 1, steps: 10, warmupRatio: 0.2 }, 6); // 0.5
 */
export function learningRateAt({ schedule, learningRate, steps, warmupRatio }: ScheduleOptions, step: number): number {
  if (schedule === 'constant') return learningRate;
  const warmupSteps = Math.ceil(steps * warmupRatio);
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps);
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
}
