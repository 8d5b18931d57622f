import type { FinetuneConfig, PretrainConfig } from '@tsarank/config';
import { learningRateAt } from '@tsarank/training';
import type { LossRow } from '../loss-rows';
import type { TrackedStep } from './run-log';

/** A logged step with what its stage's settings say of it. */
export function trackedStep(settings: PretrainConfig | FinetuneConfig, row: LossRow): TrackedStep {
  return { ...row, examples: (row.step + 1) * settings.batchSize, learningRate: learningRateAt(settings, row.step) };
}
