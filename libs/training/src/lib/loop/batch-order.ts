import { createHash } from 'node:crypto';
import { Random } from '@tsarank/random';
import type { BatchOrder, TrainingOptions } from './training-options';

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
  const indices = order === 'shuffled' ? shuffled(examples, seed, stage, epoch) : undefined;
  return Array.from({ length: Math.min(batchSize, examples - start) }, (_, offset) => start + offset)
    .map((at) => indices?.[at] ?? at)
    .map((example, offset) => ({ example, position: epoch * examples + start + offset }));
}

/** The examples of a stage. */
export interface KeyedExamples {
  /** Name of the stage. */
  name: string;
  /** Number of training examples. */
  examples: number;
  /** What identifies the example of a turn, whatever the variant. */
  key?: (turn: Turn) => readonly string[];
}

/** The latest order: batches come one after another, and shuffling a large collection for each would cost more than they do. */
let latest: { key: string; indices: readonly number[] } | undefined;

function shuffled(examples: number, seed: number, stage: string, epoch: number): readonly number[] {
  const key = `${examples} ${seed} ${stage} ${epoch}`;
  if (latest?.key !== key) {
    const indices = Array.from({ length: examples }, (_, index) => index);
    latest = { key, indices: Random.fromSeed(seed, stage, 'order', epoch).shuffle(indices) };
  }
  return latest.indices;
}

/**
 * Hash of a stage's training examples in the order they are taken, over all its steps: trainings with equal hashes saw the
 * same examples in the same order. It follows from the same functions that training draws by, so a resumed training
 * has that of an undisturbed one.
 *
 * @returns SHA-256 in hexadecimal; undefined for a stage whose examples have no key.
 */
export function samplingOrder(
  { name: stage, examples, key }: KeyedExamples,
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
