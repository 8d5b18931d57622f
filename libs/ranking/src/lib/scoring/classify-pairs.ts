import type { WeakPair } from '@tsarank/data';
import { InputError } from '@tsarank/io';
import type { PairPrefixes, SequenceClassifier } from '@tsarank/model';
import { tf } from '@tsarank/tensor';
import { textPairEncoder } from '@tsarank/tokenizer';
import type { TextPair, Tokenizer } from '@tsarank/tokenizer';
import { distinctPairs } from './distinct-pairs';
import { encodeEach } from './encode-each';
import { logShare } from './log-share';
import { requireKnownIds } from './require-known-ids';
import { scoreInBatches } from './score-in-batches';
import type { PairPlace, TextLimits } from './score-pairs';

export interface ClassifyPairsOptions {
  readonly model: SequenceClassifier;
  readonly tokenizer: Tokenizer;
  readonly pairs: readonly WeakPair[];
  /** Where each pair stands, for errors; default its number. */
  readonly places?: readonly PairPlace[];
  /** What is put before query and document; default what the model's class says: `query: ` and `document: ` for a decoder. */
  readonly prefixes?: Partial<PairPrefixes>;
  /** Most tokens of each text, prefixes among them. */
  readonly limits?: TextLimits;
  /** Most tokens of one forward pass, padding included; default 2048. */
  readonly batchTokens?: number;
  /** Called with pairs done and pairs in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Longest input where nothing else is said. */
const MAX_TOKENS = 512;

/**
 * The relevance score of a cross-encoder, or of a decoder with a classification head (RankLLaMA): the logit of a model with one label,
 * the log-probability of the last label of a model with two.
 *
 * Query and document are joined by the tokenizer's own template; a decoder gets `query: …` and `document: …`, as RankLLaMA was
 * trained, unless other prefixes are given. Where the whole is too long, the document is cut, never the query: to what the model
 * takes, to `model_max_length` of its tokenizer and, where neither that nor a limit is given, to 512 tokens. Special tokens inside
 * the texts are text. Pairs that are the same are scored once; the batches formed change nothing but rounding in the last places.
 *
 * @returns Scores in the order of the pairs.
 * @throws {InputError} for a model of three labels and more, for a query that leaves no room for a document, and when tokenizer and
 * model don't belong together.
 * @throws {WorkError} when the model returns something that is not a number.
 *
 * Source: Nogueira and Cho 2019 (arXiv 1901.04085); Ma et al. 2023 (arXiv 2310.08319).
 *
 * @example
 * await classifyPairs({ model, tokenizer, pairs: [{ query: 'cat', document: 'A pet.' }] }); // Float64Array [4.1]
 */
export async function classifyPairs({
  model,
  tokenizer,
  pairs,
  places,
  prefixes = {},
  limits = {},
  batchTokens,
  onProgress,
}: ClassifyPairsOptions): Promise<Float64Array> {
  requireOneOrTwoLabels(model);
  const distinct = distinctPairs(pairs);
  const inputs = await encodeEach(distinct.unique, inputEncoder(model, tokenizer, prefixes, limits), (index) => {
    const first = distinct.place.indexOf(index);
    return places?.[first] ?? { message: `pair ${first + 1}` };
  });
  const { labels } = model.config;
  return scoreInBatches({
    pairs: distinct,
    lengths: inputs.map(({ ids }) => ids.length),
    batchTokens,
    scoresOf: (batch) => {
      const logits = logitsOf(
        model,
        batch.map((index) => inputs[index]!),
      );
      return batch.map((_, row) => scoreOf(logits.subarray(row * labels, (row + 1) * labels)));
    },
    onProgress,
  });
}

function requireOneOrTwoLabels({ architecture, config: { labels } }: SequenceClassifier): void {
  if (labels <= 2) return;
  throw new InputError({
    field: 'id2label',
    found: `${labels} labels of ${architecture}`,
    expected: '1 (relevance) or 2 (the last of them relevant)',
  });
}

function inputEncoder(
  { config }: SequenceClassifier,
  tokenizer: Tokenizer,
  prefixes: Partial<PairPrefixes>,
  limits: TextLimits,
): (pair: WeakPair) => TextPair {
  const { maxTokens, vocabularySize } = config;
  const before: PairPrefixes = {
    query: prefixes.query ?? config.prefixes.query,
    document: prefixes.document ?? config.prefixes.document,
  };
  const { maxDocumentTokens, maxQueryTokens } = limits;
  const limited = maxDocumentTokens !== undefined || maxQueryTokens !== undefined;
  const encode = textPairEncoder(tokenizer, {
    maxTokens: Math.min(maxTokens, tokenizer.maxTokens ?? (limited ? Infinity : MAX_TOKENS)),
    maxFirstTokens: maxQueryTokens,
    maxSecondTokens: maxDocumentTokens,
  });
  return ({ query, document }) => {
    const input = encode(before.query + query, before.document + document);
    requireKnownIds(input.ids, vocabularySize);
    return input;
  };
}

/** [B · labels] row by row. */
function logitsOf(model: SequenceClassifier, inputs: readonly TextPair[]): Float32Array {
  const shape: [number, number] = [inputs.length, Math.max(...inputs.map(({ ids }) => ids.length))];
  const [, length] = shape;
  const inputIds = new Int32Array(inputs.length * length).fill(model.config.padTokenId ?? 0);
  const mask = new Float32Array(inputIds.length);
  const types = new Int32Array(inputIds.length);
  inputs.forEach((input, row) => {
    inputIds.set(input.ids, row * length);
    types.set(input.types, row * length);
    mask.fill(1, row * length, row * length + input.ids.length);
  });
  return tf.tidy(() =>
    model
      .classify(tf.tensor2d(inputIds, shape, 'int32'), tf.tensor2d(mask, shape), tf.tensor2d(types, shape, 'int32'))
      .dataSync(),
  ) as Float32Array;
}

/** The logit itself, or the log-probability of the last of two. */
function scoreOf(logits: Float32Array): number {
  const last = logits.at(-1)!;
  return logits.length === 1 ? last : logShare(last, logits[0]!);
}
