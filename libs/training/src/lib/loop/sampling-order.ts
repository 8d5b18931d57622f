import { createHash } from 'node:crypto';
import { turnsOfBatch } from './batch-order';
import type { Turn } from './batch-order';
import type { Stage } from './step-gradients';
import type { TrainingOptions } from './training-options';

/**
 * Hash of a stage's training examples in the order they are taken, over all its steps: trainings with equal hashes saw the
 * same examples in the same order. It follows from the same functions that training draws by, so a resumed training
 * has that of an undisturbed one.
 *
 * @returns SHA-256 in hexadecimal; undefined for a stage whose examples have no key.
 */
export function samplingOrder(
  { name: stage, examples, key }: Pick<Stage, 'name' | 'examples' | 'key'>,
  {
    steps,
    batchSize,
    accumulate = 1,
    order,
    seed,
  }: Pick<TrainingOptions, 'steps' | 'batchSize' | 'accumulate' | 'order' | 'seed'>,
): string | undefined {
  if (key === undefined) return undefined;
  const hash = createHash('sha256');
  const keyOf = (turn: Turn): string => `${JSON.stringify(key(turn))}\n`;
  for (let batch = 0; batch < steps * accumulate; batch += 1) {
    for (const turn of turnsOfBatch(batch, { examples, batchSize, order, seed, stage })) hash.update(keyOf(turn));
  }
  return hash.digest('hex');
}
