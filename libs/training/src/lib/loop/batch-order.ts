import { createHash } from 'node:crypto';
import { Random } from '@tsarank/random';
import type { TrainingOptions } from './training-options';

/** An example's turn: which one, and how many examples had theirs before it (over all epochs). */
export interface Turn {
  example: number;
  position: number;
}

/**
 * The examples of one optimizer step, by micro-batch. A step takes the next `batchSize` x `accumulate` examples, the last step
 * of an epoch those that are left: no step reaches into the next epoch, so however a step is split, it has the same
 * examples. The order of an epoch depends on seed, stage and epoch alone, so a resumed run needs no more than the step's
 * number.
 *
 * @param step From 0, over all epochs.
 * @returns The turns of each micro-batch; all but the last of a step have `batchSize`.
 *
 * @example
 * turnsOfStep(1, { examples: 5, batchSize: 1, accumulate: 3, order: 'given', seed: 0, stage: 'pretrain' });
 * // [[{ example: 3, position: 3 }], [{ example: 4, position: 4 }]]
 */
export function turnsOfStep(
  step: number,
  options: Pick<TrainingOptions, 'batchSize' | 'accumulate' | 'order' | 'seed'> & { examples: number; stage: string },
): Turn[][] {
  const { examples, batchSize, accumulate = 1, order, seed, stage } = options;
  const stepSize = batchSize * accumulate;
  const stepsAnEpoch = Math.ceil(examples / stepSize);
  const epoch = Math.floor(step / stepsAnEpoch);
  const start = (step % stepsAnEpoch) * stepSize;
  const indices = order === 'shuffled' ? shuffled(examples, seed, stage, epoch) : undefined;
  const turns = Array.from({ length: Math.min(stepSize, examples - start) }, (_, offset): Turn => {
    const at = start + offset;
    return { example: indices?.[at] ?? at, position: epoch * examples + at };
  });
  return Array.from({ length: Math.ceil(turns.length / batchSize) }, (_, micro) =>
    turns.slice(micro * batchSize, (micro + 1) * batchSize),
  );
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
  options: Pick<TrainingOptions, 'steps' | 'batchSize' | 'accumulate' | 'order' | 'seed'>,
): string | undefined {
  if (key === undefined) return undefined;
  const hash = createHash('sha256');
  for (let step = 0; step < options.steps; step += 1) {
    for (const turn of turnsOfStep(step, { ...options, examples, stage }).flat()) {
      hash.update(`${JSON.stringify(key(turn))}\n`);
    }
  }
  return hash.digest('hex');
}
