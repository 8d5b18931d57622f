import type { WeakPair } from '@tsarank/data';
import type { EncoderDecoderLm } from '@tsarank/model';
import { tf } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import { distinctPairs } from './distinct-pairs';
import { encodeEach } from './encode-each';
import { logShare } from './log-share';
import { relevanceTokenInput } from './relevance-token-input';
import { MONO_T5_WORDS, relevanceWordIds } from './relevance-token-words';
import type { RelevanceWords } from './relevance-token-words';
import { requireKnownIds } from './require-known-ids';
import { scoreInBatches } from './score-in-batches';
import type { TextLimits } from './score-pairs';

export interface RelevanceTokenScoresOptions {
  readonly model: EncoderDecoderLm;
  readonly tokenizer: Tokenizer;
  readonly pairs: readonly WeakPair[];
  /** Default `true` and `false`. */
  readonly words?: RelevanceWords;
  /** Default: the document is cut so that the whole input has 512 tokens at most (relevanceTokenInput). */
  readonly limits?: TextLimits;
  /** Most tokens of one forward pass, padding included; default 2048. */
  readonly batchTokens?: number;
  /** Called with pairs done and pairs in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Most bytes of one block of logits. */
const LOGIT_BYTES = 64e6;

/**
 * The relevance score of a reranker that answers yes or no: of the first token that it would write, the log-probability of the word
 * for relevant, when it can only say one of the two.
 *
 *   s(q, d) = log( exp(z_true) / (exp(z_true) + exp(z_false)) )
 *
 * Pairs that are the same are scored once. The batches formed change nothing but rounding in the last places.
 *
 * @returns Scores in nats, at most 0, in the order of the pairs.
 * @throws {InputError} as relevanceTokenInput and relevanceWordIds, and when tokenizer and model don't belong together.
 * @throws {WorkError} when the model returns something that is not a number.
 *
 * Source: Nogueira et al. 2020 (Findings of EMNLP), MonoT5; castorini/pygaggle `rerank/transformer.py`.
 *
 * @example
 * await relevanceTokenScores({ model, tokenizer, pairs: [{ query: 'cat', document: 'A pet.' }] }); // Float64Array [-0.02]
 */
export async function relevanceTokenScores({
  model,
  tokenizer,
  pairs,
  words = MONO_T5_WORDS,
  limits,
  batchTokens,
  onProgress,
}: RelevanceTokenScoresOptions): Promise<Float64Array> {
  const { relevant, irrelevant } = relevanceWordIds(tokenizer, words);
  const distinct = distinctPairs(pairs);
  const inputs = await encodeEach(distinct.unique, relevanceTokenInput(tokenizer, limits));
  for (const ids of [...inputs, [relevant, irrelevant]]) requireKnownIds(ids, model.config.vocabularySize);
  return scoreInBatches({
    pairs: distinct,
    lengths: inputs.map((ids) => ids.length),
    batchTokens,
    scoresOf: (batch) => {
      const logits = wordLogits(
        model,
        batch.map((index) => inputs[index]!),
        [relevant, irrelevant],
      );
      return batch.map((_, row) => logShare(logits[2 * row]!, logits[2 * row + 1]!));
    },
    onProgress,
  });
}

/** Logits of some tokens as the first to be written, one input after another. */
function wordLogits(
  model: EncoderDecoderLm,
  inputs: readonly (readonly number[])[],
  tokens: readonly number[],
): Float32Array {
  const length = Math.max(...inputs.map((ids) => ids.length));
  const inputIds = new Int32Array(inputs.length * length);
  const mask = new Float32Array(inputIds.length);
  inputs.forEach((ids, row) => {
    inputIds.set(ids, row * length);
    mask.fill(1, row * length, row * length + ids.length);
  });
  const { vocabularySize, decoderStartTokenId } = model.config;
  const block = Math.max(1, Math.floor(LOGIT_BYTES / (4 * vocabularySize)));
  const logits = tf.tidy(() => {
    const marks = tf.tensor2d(mask, [inputs.length, length]);
    const encoded = model.encode(tf.tensor2d(inputIds, [inputs.length, length], 'int32'), marks); //                    [B, S, h]
    const start = tf.fill([inputs.length, 1], decoderStartTokenId, 'int32') as tf.Tensor2D;
    const rows = tf.reshape(model.decode(start, encoded, marks), [inputs.length, -1]) as tf.Tensor2D; //                 [B, h]
    const ids = tf.tensor1d([...tokens], 'int32');
    const parts = Array.from({ length: Math.ceil(inputs.length / block) }, (_, at) =>
      tf.tidy(() => {
        const some = tf.slice(rows, [at * block, 0], [Math.min(block, inputs.length - at * block), -1]);
        return tf.gather(model.logits(some), ids, 1);
      }),
    );
    return tf.concat(parts).dataSync();
  });
  return logits as Float32Array;
}
