import type { EvaluationSet, RunConfig } from '@tsarank/config';
import { documentText, pairEncoder, type EncodedPair, type RankingGroup, type WeakPair } from '@tsarank/data';
import type { Tokenizer } from '@tsarank/tokenizer';
import { listsWithRelevant, type TestSet } from '@tsarank/runs/run-data';
import { mostTokens, PERPLEXITY_TEXTS, type EvaluationTokens, type PairTokens } from './run-tokens';

/** Examples that are tokenized for a mean. */
const SAMPLED = 200;
/** Tokens of a row of prompt and queries, as scoring fills it (libs/ranking, `stemGroups`). */
const ROW_TOKENS = 256;

/** The sizes of stage one's pairs, of the first of them. */
export function countPretrain(config: RunConfig, pairs: readonly WeakPair[], tokenizer: Tokenizer): PairTokens {
  const encode = pairEncoder(tokenizer, { ...config.text, eos: true });
  const encoded = spread(pairs, SAMPLED).map(encode);
  return encoded.length === 0 ? mostTokens(config).pretrain : batchedTokens(encoded, config.pretrain?.batchSize ?? 1);
}

/** The sizes of stage two's pairs, of some of the groups. */
export function countFinetune(config: RunConfig, groups: readonly RankingGroup[], tokenizer: Tokenizer): PairTokens {
  const encode = pairEncoder(tokenizer, config.text);
  const { negatives, batchSize } = config.finetune!;
  const encoded = spread(groups, SAMPLED).flatMap(({ query, positives, negatives: others }) =>
    [positives[0]!, ...others.slice(0, negatives)].map((document) => encode({ query, document })),
  );
  return batchedTokens(encoded, batchSize * (negatives + 1));
}

/** What scoring a test set goes over: pairs and documents are all counted, texts are tokenized of some. */
export function countEvaluation(
  set: EvaluationSet,
  loaded: TestSet & { positives: readonly WeakPair[] },
  tokenizer: Tokenizer,
): EvaluationTokens {
  const encode = pairEncoder(tokenizer, set.text);
  const scored = pairsOf(set, loaded);
  const { prompt, query } = meanTokens(spread(scored, SAMPLED).map((pair) => encode(pair)));
  const perRow = Math.max(1, Math.floor((Math.max(ROW_TOKENS, 2 * prompt) - prompt) / Math.max(1, query - 1)));
  const documents = set.domain === 'out' ? [...loaded.collection.documents.values()] : [];
  const texts = spread(documents, PERPLEXITY_TEXTS).map(documentText);
  const { maxDocumentTokens, specialTokensInText = false } = set.text;
  return {
    pairs: scored.length,
    stems: stemsOf(scored, perRow),
    prompt,
    query,
    positives: set.domain === 'in' ? loaded.positives.length : 0,
    texts: texts.length,
    textTokens: mean(
      texts.map((text) => Math.min(maxDocumentTokens, tokenizer.encode(text, { specialTokensInText }).length)),
    ),
  };
}

/** The pairs of a test set that the model scores. */
export function pairsOf({ score }: Pick<EvaluationSet, 'score'>, loaded: TestSet): WeakPair[] {
  const { queries, documents } = loaded.collection;
  return [...(score === 'relevant' ? listsWithRelevant(loaded) : loaded.candidates)].flatMap(([queryId, list]) =>
    list.map(({ docId }) => ({ query: queries.get(queryId)!, document: documentText(documents.get(docId)!) })),
  );
}

/** Rows that documents' prompts take when each holds so many queries. */
export function stemsOf(pairs: readonly WeakPair[], perRow: number): number {
  const queries = new Map<string, number>();
  for (const { document } of pairs) queries.set(document, (queries.get(document) ?? 0) + 1);
  return [...queries.values()].reduce((sum, count) => sum + Math.ceil(count / perRow), 0);
}

/** Means over pairs that are padded to the longest of their batch. */
function batchedTokens(encoded: readonly EncodedPair[], batch: number): PairTokens {
  const places: number[] = [];
  for (let start = 0; start < encoded.length; start += batch) {
    const lengths = encoded.slice(start, start + batch).map(({ ids }) => ids.length - 1);
    places.push(...lengths.map(() => Math.max(...lengths)));
  }
  return { ...meanTokens(encoded), places: mean(places) };
}

/** Mean tokens of the prompts and of what follows them. */
export function meanTokens(encoded: readonly EncodedPair[]): Pick<PairTokens, 'prompt' | 'query'> {
  return {
    prompt: mean(encoded.map(({ promptLength }) => promptLength)),
    query: mean(encoded.map(({ ids, promptLength }) => ids.length - promptLength)),
  };
}

/** Some items, evenly spread over all. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
