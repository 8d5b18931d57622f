import type { EncodedPair, WeakPair } from '@tsarank/data';
import type { CausalLm } from '@tsarank/model';
import type { Tokenizer } from '@tsarank/tokenizer';
import { encodePairs } from './score-pairs';
import type { TextOptions } from './score-pairs';
import { sequenceLogProbs } from './sequence-log-probs';

interface PerplexityBasics {
  readonly model: CausalLm;
  readonly tokenizer: Tokenizer;
  /** Most tokens of one forward pass, padding included; default 1024. */
  readonly batchTokens?: number;
  /** Called with sequences done and sequences in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface PerplexityOptions extends PerplexityBasics {
  readonly texts: readonly string[];
  /** Tokens of a text that are read, special ones included; default all. */
  readonly maxTokens?: number;
  /** Read special tokens inside the texts as such, not as text. Default false. */
  readonly specialTokensInText?: boolean;
}

export interface QueryPerplexityOptions extends PerplexityBasics {
  /** Queries with a document relevant (or not) to each. */
  readonly pairs: readonly WeakPair[];
  readonly limits?: TextOptions;
}

/**
 * Perplexity of plain texts: exp of the mean negative log-probability over all their tokens. The first token of a text
 * has nothing before it and is not predicted; texts of fewer than two tokens count for nothing.
 *
 * @throws {RangeError} when no token can be predicted, or maxTokens is below 2.
 *
 * Source: the paper's check that generation survives fine-tuning.
 */
export async function perplexity({
  tokenizer,
  texts,
  maxTokens = Infinity,
  specialTokensInText = false,
  ...rest
}: PerplexityOptions): Promise<number> {
  if (!(maxTokens >= 2)) throw new RangeError(`maxTokens must be 2 or more, got ${maxTokens}`);
  const sequences = texts
    .map((text) => ({ ids: tokenizer.encode(text, { specialTokensInText }).slice(0, maxTokens), promptLength: 1 }))
    .filter(({ ids }) => ids.length >= 2);
  return sequencePerplexity(sequences, rest);
}

/**
 * Perplexity of queries given their documents, over all query tokens: low for positives where the model has learned to
 * write the query a document answers.
 *
 * @throws {RangeError} when there is no pair.
 * @throws {InputError} as encodePair.
 */
export async function queryPerplexity({
  tokenizer,
  pairs,
  limits = {},
  ...rest
}: QueryPerplexityOptions): Promise<number> {
  return sequencePerplexity(await encodePairs(tokenizer, pairs, limits), rest);
}

async function sequencePerplexity(
  sequences: readonly EncodedPair[],
  { model, batchTokens, onProgress }: Omit<PerplexityBasics, 'tokenizer'>,
): Promise<number> {
  let done = 0;
  const onBatch = (finished: readonly number[]) => onProgress?.((done += finished.length), sequences.length);
  const logProbs = await sequenceLogProbs(model, sequences, { batchTokens, onBatch });
  const tokens = logProbs.reduce((total, part) => total + part.tokens, 0);
  if (tokens === 0) throw new RangeError('perplexity needs a token to predict: every text has fewer than two');
  return Math.exp(-logProbs.reduce((total, part) => total + part.sum, 0) / tokens);
}
