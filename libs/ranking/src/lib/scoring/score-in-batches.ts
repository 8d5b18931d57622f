import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorkError } from '@tsarank/io';
import type { DistinctPairs } from './distinct-pairs';
import { lengthBatches } from './length-batches';

export interface ScoreInBatchesOptions {
  readonly pairs: DistinctPairs;
  /** Tokens of each different pair. */
  readonly lengths: readonly number[];
  /** Most tokens of one forward pass, padding included; default 2048. */
  readonly batchTokens?: number;
  /** Scores of some of the different pairs, in the order of their indices: one forward pass. */
  readonly scoresOf: (batch: readonly number[]) => readonly number[];
  /** Called with pairs done and pairs in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

const BATCH_TOKENS = 2048;

/**
 * Scores of pairs, each different one once, in batches of like length; the event loop has a turn after each.
 *
 * @returns In the order in which the pairs were given.
 * @throws {WorkError} naming a pair whose score is not a number.
 */
export async function scoreInBatches({
  pairs: { unique, place, copies },
  lengths,
  batchTokens = BATCH_TOKENS,
  scoresOf,
  onProgress,
}: ScoreInBatchesOptions): Promise<Float64Array> {
  const scores = new Float64Array(unique.length);
  let done = 0;
  onProgress?.(done, place.length);
  for (const batch of lengthBatches(lengths, batchTokens)) {
    const found = scoresOf(batch);
    batch.forEach((index, row) => {
      scores[index] = found[row]!;
      if (!Number.isFinite(scores[index]))
        throw new WorkError(`the model gave pair ${place.indexOf(index) + 1} a score of ${scores[index]}`);
      done += copies[index]!;
    });
    onProgress?.(done, place.length);
    await nextTurn();
  }
  return Float64Array.from(place, (index) => scores[index]!);
}
