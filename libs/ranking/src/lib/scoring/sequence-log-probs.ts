import { setImmediate as nextTurn } from 'node:timers/promises';
import { collate } from '@tsarank/data';
import type { EncodedPair } from '@tsarank/data';
import { InputError, WorkError } from '@tsarank/io';
import type { InputProblem } from '@tsarank/io';
import type { CausalLm } from '@tsarank/model';
import { gatherRows, tf, tokenLogProbs } from '@tsarank/tensor';
import { lengthBatches } from './length-batches';
import { requireKnownIds } from './require-known-ids';

export interface SequenceLogProbsOptions {
  /** Most tokens of one forward pass, padding included; default 1024. Changes speed and memory, not scores. */
  readonly batchTokens?: number;
  /** Most bytes of one block of logits; default 64 MB. */
  readonly logitBytes?: number;
  /** Called after every forward pass with the indices it has finished. */
  readonly onBatch?: (finished: readonly number[]) => void;
}

/** What a model gives the scored tokens of one sequence. */
export interface SequenceLogProb {
  /** Sum of their log-probabilities in nats, added up as doubles. */
  readonly sum: number;
  /** How many there are. */
  readonly tokens: number;
}

const BATCH_TOKENS = 1024;
const LOGIT_BYTES = 64e6;

/**
 * Log-probabilities of the tokens after each sequence's prompt: hidden states of every position, the output layer only
 * on the rows that predict a scored token, in blocks, so that no [B, S, V] array ever exists. Gives the event loop a
 * turn between forward passes.
 *
 * @returns In the order given.
 * @throws {InputError} when an id lies beyond the model's vocabulary, or a sequence is longer than its positions.
 * @throws {WorkError} when the model returns something that is not a number.
 */
export async function sequenceLogProbs(
  model: CausalLm,
  sequences: readonly EncodedPair[],
  { batchTokens = BATCH_TOKENS, logitBytes = LOGIT_BYTES, onBatch }: SequenceLogProbsOptions = {},
): Promise<SequenceLogProb[]> {
  checkSequences(model, sequences);
  const results = new Array<SequenceLogProb>(sequences.length);
  const rowsPerBlock = rowsOfLogits(model, logitBytes);
  for (const batch of lengthBatches(
    sequences.map(({ ids }) => ids.length - 1),
    batchTokens,
  )) {
    const logProbs = scoredLogProbs(
      model,
      batch.map((index) => sequences[index]!),
      rowsPerBlock,
    );
    let start = 0;
    for (const index of batch) {
      const { ids, promptLength } = sequences[index]!;
      const tokens = ids.length - promptLength;
      results[index] = sumOfTokens(logProbs.subarray(start, start + tokens), index);
      start += tokens;
    }
    onBatch?.(batch);
    await nextTurn();
  }
  return results;
}

/**
 * What the tokens of one sequence add up to.
 *
 * @throws {WorkError} naming the sequence when that is not a number.
 */
export function sumOfTokens(logProbs: Float32Array, index: number): SequenceLogProb {
  const sum = logProbs.reduce((total, logProb) => total + logProb, 0);
  if (!Number.isFinite(sum)) throw new WorkError(`the model gave sequence ${index + 1} a log-probability of ${sum}`);
  return { sum, tokens: logProbs.length };
}

/** Log-probabilities of the scored tokens of a batch, sequence after sequence. */
function scoredLogProbs(model: CausalLm, pairs: readonly EncodedPair[], rowsPerBlock: number): Float32Array {
  const { inputIds, nextTokens, realMask, queryMask, batch, length } = collate(pairs, 0);
  const rows: number[] = [];
  queryMask.forEach((scored, row) => {
    if (scored) rows.push(row);
  });
  const hidden = tf.tidy(() => {
    const states = model.hiddenStates(
      tf.tensor2d(inputIds, [batch, length], 'int32'),
      tf.tensor2d(Float32Array.from(realMask), [batch, length]),
    ); // [B, S, h]
    return gatherRows(states.reshape([batch * length, -1]), tf.tensor1d(rows, 'int32')); // [R, h]
  });
  const labels = Int32Array.from(rows, (row) => nextTokens[row]!);
  return rowLogProbs(model, hidden, labels, rowsPerBlock);
}

/** Rows of logits that fit into `logitBytes`. */
export function rowsOfLogits(model: CausalLm, logitBytes = LOGIT_BYTES): number {
  return Math.max(1, Math.floor(logitBytes / (4 * model.config.vocabularySize)));
}

/** Log-probability of each row's label under the output layer, in blocks of rows; disposes of the rows [R, h]. */
export function rowLogProbs(
  model: CausalLm,
  hidden: tf.Tensor2D,
  labels: Int32Array,
  rowsPerBlock: number,
): Float32Array {
  const result = new Float32Array(labels.length);
  try {
    for (let start = 0; start < labels.length; start += rowsPerBlock) {
      const count = Math.min(rowsPerBlock, labels.length - start);
      const block = tf.tidy(() => {
        const logits = model.logits(tf.slice(hidden, [start, 0], [count, -1])); // [count, V]
        return tokenLogProbs(logits, tf.tensor1d(labels.subarray(start, start + count), 'int32')).dataSync();
      });
      result.set(block, start);
    }
  } finally {
    hidden.dispose();
  }
  return result;
}

/**
 * Whether a model can take sequences.
 *
 * @param placeOf What an error says of where a sequence is from; default its number.
 * @throws {InputError} when an id lies beyond the vocabulary, or a sequence is longer than the model's positions.
 */
export function checkSequences(
  model: CausalLm,
  sequences: readonly EncodedPair[],
  placeOf: (index: number) => InputProblem = (index) => ({ message: `sequence ${index + 1}` }),
): void {
  const size = model.config.vocabularySize;
  // The last token is predicted and never an input.
  const longest = (model.longestSequence ?? Infinity) + 1;
  sequences.forEach(({ ids }, index) => {
    if (ids.length > longest) {
      const expected = `${longest} at most, as the model has positions for ${longest - 1} and the last needs none`;
      throw new InputError({ ...placeOf(index), found: `${ids.length} tokens with the prompt`, expected });
    }
    requireKnownIds(ids, size);
  });
}
