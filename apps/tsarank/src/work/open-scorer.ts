import { InputError } from '@tsarank/io';
import type { LoadedReranker, ModelKind } from '@tsarank/model';
import { classifyPairs, relevanceTokenScores, scorePairs } from '@tsarank/ranking';
import type { RelevanceWords, ScorePairsOptions, TextOptions } from '@tsarank/ranking';
import type { Log } from '../log';
import type { ENGINES } from '../options';
import type { SCORERS } from '../scoring-options';
import { openEngine } from './open-engine';
import { openReranker } from './open-model';
import { requireContract } from './scoring-contract';

type Scorer = (typeof SCORERS)[number];

export interface ScorerValues {
  model: string;
  scorer: Scorer;
  relevanceWords?: RelevanceWords;
  queryPrefix?: string;
  documentPrefix?: string;
  engine: (typeof ENGINES)[number];
  jobs?: number;
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
  specialTokensInText: boolean;
  batchTokens: number;
}

/** A scorer of pairs that names those that are wrong by where they stand. */
export type PlacedScorer = (pairs: ScorePairsOptions['pairs'], places?: ScorePairsOptions['places']) => Promise<Float64Array>;

/** What `auto` means for each kind of model, and the only scorer that fits it. */
const SCORER_OF: Readonly<Record<ModelKind, Exclude<Scorer, 'auto'>>> = {
  'causal-lm': 'query-likelihood',
  classifier: 'classification',
  'encoder-decoder': 'relevance-token',
};

/**
 * Engine and model made ready, as a function that scores pairs and shows how far it is.
 *
 * @throws {InputError} when the scorer doesn't fit the model, or the model was made for other limits than those asked for.
 */
export async function openScorer(
  values: ScorerValues,
  log: Log,
): Promise<{ scorer: PlacedScorer; dispose: () => void }> {
  await openEngine(values, log);
  const loaded = await openReranker(values.model, log, (kind) => requireFit(values, kind));
  const { maxDocumentTokens, maxQueryTokens, specialTokensInText } = values;
  const limits: TextOptions = { maxDocumentTokens, maxQueryTokens, specialTokensInText };
  if (loaded.contract !== undefined) requireContract(values.model, loaded.contract, limits, log);
  const scorer: PlacedScorer = async (pairs, places) => {
    const progress = log.progress('score', pairs.length);
    const onProgress = (done: number): void => progress.update(done);
    const scores = await scoresOf(loaded, values, { pairs, places, limits, batchTokens: values.batchTokens, onProgress });
    progress.finish();
    return scores;
  };
  return { scorer, dispose: () => loaded.model.dispose() };
}

type CommonOptions = Omit<ScorePairsOptions, 'model' | 'tokenizer'>;

function scoresOf(loaded: LoadedReranker, { relevanceWords: words, queryPrefix, documentPrefix }: ScorerValues, options: CommonOptions): Promise<Float64Array> {
  const { tokenizer } = loaded;
  switch (loaded.kind) {
    case 'causal-lm':
      return scorePairs({ model: loaded.model, tokenizer, ...options });
    case 'classifier':
      return classifyPairs({ model: loaded.model, tokenizer, prefixes: { query: queryPrefix, document: documentPrefix }, ...options });
    case 'encoder-decoder':
      return relevanceTokenScores({ model: loaded.model, tokenizer, words, ...options });
  }
}

function requireFit({ model, scorer, relevanceWords, queryPrefix, documentPrefix, specialTokensInText }: ScorerValues, kind: ModelKind): void {
  const fitting = SCORER_OF[kind];
  if (relevanceWords !== undefined && fitting !== 'relevance-token') {
    const found = `${Object.values(relevanceWords).join(',')} for ${model}, ${KIND_NAMES[kind]}`;
    throw new InputError({ field: 'relevance-words', found, expected: 'an encoder-decoder model' });
  }
  for (const [field, prefix] of [['query-prefix', queryPrefix], ['document-prefix', documentPrefix]] as const) {
    if (prefix === undefined || kind === 'classifier') continue;
    throw new InputError({ field, found: `${JSON.stringify(prefix)} for ${model}, ${KIND_NAMES[kind]}`, expected: 'a classifier' });
  }
  if (specialTokensInText && kind !== 'causal-lm') {
    throw new InputError({ field: 'special-tokens-in-text', found: `${model}, ${KIND_NAMES[kind]}`, expected: 'a causal language model' });
  }
  if (scorer === 'auto' || scorer === fitting) return;
  throw new InputError({ field: 'scorer', found: `${scorer} for ${model}, ${KIND_NAMES[kind]}`, expected: `${fitting}, or auto` });
}

const KIND_NAMES: Readonly<Record<ModelKind, string>> = {
  'causal-lm': 'a causal language model',
  classifier: 'a classifier',
  'encoder-decoder': 'an encoder-decoder model',
};
