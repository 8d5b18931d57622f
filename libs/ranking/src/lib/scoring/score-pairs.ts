import { pairEncoder } from '@tsarank/data';
import type { EncodedPair, WeakPair } from '@tsarank/data';
import type { InputProblem } from '@tsarank/io';
import type { CausalLm } from '@tsarank/model';
import type { Tokenizer } from '@tsarank/tokenizer';
import { distinctPairs } from './distinct-pairs';
import { encodeEach } from './encode-each';
import { checkSequences } from './sequence-log-probs';
import { sharedStemLogProbs } from './shared-prefix-log-probs';

/** How long texts may be; with neither limit the published evaluation rule holds (encodePair). */
export interface TextLimits {
  readonly maxDocumentTokens?: number;
  readonly maxQueryTokens?: number;
}

/** How texts are read for the query's likelihood. */
export interface TextOptions extends TextLimits {
  /** Special tokens inside documents and queries are read as such, not as text. Default false. */
  readonly specialTokensInText?: boolean;
}

/** Where a pair is from, for errors: a line of a file, or what it is called. */
export type PairPlace = Pick<InputProblem, 'file' | 'line' | 'message'>;

export interface ScorePairsOptions {
  readonly model: CausalLm;
  readonly tokenizer: Tokenizer;
  readonly pairs: readonly WeakPair[];
  /** Where each pair stands, for errors; default its number. */
  readonly places?: readonly PairPlace[];
  readonly limits?: TextOptions;
  /** Most tokens of one forward pass, padding included; default 2048. */
  readonly batchTokens?: number;
  /** Called with pairs done and pairs in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The relevance score: mean log-probability of the query's tokens after the prompt with the document.
 *
 *   s(q, d) = (1/|q|) sum_t log p(q_t | prompt(d), q_<t)
 *
 * Pairs that are the same are scored once. The batches formed change nothing but rounding in the last places.
 *
 * @returns Scores in nats, in the order of the pairs.
 * @throws {InputError} as encodePair, and when a pair is longer than the model's positions, both naming the pair; when tokenizer and
 *   model don't belong together.
 * @throws {WorkError} when the model returns something that is not a number.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), query likelihood; the published `eval.py`.
 *
 * @example
 * await scorePairs({ model, tokenizer, pairs: [{ query: 'cat', document: 'A pet.' }] }); // Float64Array [-3.2]
 */
export async function scorePairs({
  model,
  tokenizer,
  pairs,
  places,
  limits = {},
  batchTokens,
  onProgress,
}: ScorePairsOptions): Promise<Float64Array> {
  const { unique, place, copies } = distinctPairs(pairs);
  const placeOf = (index: number): InputProblem => {
    const first = place.indexOf(index);
    return places?.[first] ?? { message: `pair ${first + 1}` };
  };
  const encoded = await encodePairs(tokenizer, unique, limits, placeOf);
  checkSequences(model, encoded, placeOf);
  let done = 0;
  onProgress?.(done, pairs.length);
  const logProbs = await sharedStemLogProbs(model, encoded, {
    batchTokens,
    onBatch: (finished) => {
      for (const index of finished) done += copies[index]!;
      onProgress?.(done, pairs.length);
    },
  });
  return Float64Array.from(place, (index) => logProbs[index]!.sum / logProbs[index]!.tokens);
}

/**
 * Pairs as token ids, with a turn of the event loop now and then.
 *
 * @param placeOf What an error says of where a pair is from.
 * @throws {InputError} as encodePair.
 */
export function encodePairs(
  tokenizer: Tokenizer,
  pairs: readonly WeakPair[],
  limits: TextOptions,
  placeOf?: (index: number) => InputProblem,
): Promise<EncodedPair[]> {
  return encodeEach(pairs, pairEncoder(tokenizer, limits), placeOf);
}
