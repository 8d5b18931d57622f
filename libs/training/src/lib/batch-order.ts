import { Random } from '@tsarank/random';
import type { BatchOrder } from './training-options';

/** An example's turn: which one, and how many examples had theirs before it (over all epochs). */
export interface Turn {
  example: number;
  position: number;
}

/**
 * The examples of one batch. Every epoch takes each example once; its last batch holds what is left. The order of
 * an epoch depends on seed, stage and epoch alone, so a resumed run needs no more than the batch's number.
 *
 * @param batch Number of the batch, from 0, over all epochs.
 *
 * @example
 * turnsOfBatch(1, { examples: 5, batchSize: 3, order: 'given', seed: 0, stage: 'pretrain' });
 * // [{ example: 3, position: 3 }, { example: 4, position: 4 }]
 */
export function turnsOfBatch(
  batch: number,
  options: { examples: number; batchSize: number; order: BatchOrder; seed: number; stage: string },
): Turn[] {
  const { examples, batchSize, order, seed, stage } = options;
  const batchesPerEpoch = Math.ceil(examples / batchSize);
  const epoch = Math.floor(batch / batchesPerEpoch);
  const start = (batch % batchesPerEpoch) * batchSize;
  let indices = Array.from({ length: examples }, (_, index) => index);
  if (order === 'shuffled') indices = Random.fromSeed(seed, stage, 'order', epoch).shuffle(indices);
  return indices
    .slice(start, start + batchSize)
    .map((example, offset) => ({ example, position: epoch * examples + start + offset }));
}
