import { InputError } from '@tsarank/io';
import type { CollectionEvaluation } from '@tsarank/data';
import type { LoadedReranker, ModelKind } from '@tsarank/model';
import { classifyPairs, relevanceTokenScores, scorePairs } from '@tsarank/ranking';
import type { RelevanceWords, ScorePairsOptions, TextOptions } from '@tsarank/ranking';
import type { Log } from '../log';
import type { ENGINES } from '../options/shared-options';
import type { SCORERS } from '../options/scoring-options';
import { MODEL_USES } from './model-use';
import { openEngine } from './open-engine';
import { openReranker } from './open-model';
import { requireContract } from './scoring-contract';

export interface ScorerValues {
  model: string;
  scorer: (typeof SCORERS)[number];
  relevanceWords?: RelevanceWords;
  queryPrefix?: string;
  documentPrefix?: string;
  engine: (typeof ENGINES)[number];
  jobs?: number;
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
  specialTokensInText: boolean;
  batchTokens: number;
  /** Limits of the published evaluation of a collection: hold where neither limit is given, nor set by the model's training. */
  publishedLimits?: CollectionEvaluation;
}

/** A scorer of pairs that names those that are wrong by where they stand. */
export type PlacedScorer = (
  pairs: ScorePairsOptions['pairs'],
  places?: ScorePairsOptions['places'],
) => Promise<Float64Array>;

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
  if (loaded.contract === undefined) applyPublished(limits, values, log);
  if (loaded.contract !== undefined) requireContract(values.model, loaded.contract, limits, log);
  const scorer: PlacedScorer = async (pairs, places) => {
    const progress = log.progress('score', pairs.length);
    const onProgress = (done: number): void => progress.update(done);
    const scores = await scoresOf(loaded, values, {
      pairs,
      places,
      limits,
      batchTokens: values.batchTokens,
      onProgress,
    });
    progress.finish();
    return scores;
  };
  return { scorer, dispose: () => loaded.model.dispose() };
}

function applyPublished(limits: TextOptions, { publishedLimits }: ScorerValues, log: Log): void {
  const { maxDocumentTokens, maxQueryTokens } = publishedLimits ?? {};
  if (limits.maxDocumentTokens !== undefined || limits.maxQueryTokens !== undefined) return;
  if (maxDocumentTokens === undefined && maxQueryTokens === undefined) return;
  Object.assign(limits, { maxDocumentTokens, maxQueryTokens });
  log.info(
    `this collection is evaluated with ${maxDocumentTokens} document and ${maxQueryTokens} query tokens; --max-document-tokens and --max-query-tokens set others`,
  );
}

type CommonOptions = Omit<ScorePairsOptions, 'model' | 'tokenizer'>;

function scoresOf(
  loaded: LoadedReranker,
  { relevanceWords: words, queryPrefix, documentPrefix }: ScorerValues,
  options: CommonOptions,
): Promise<Float64Array> {
  const { tokenizer } = loaded;
  switch (loaded.kind) {
    case 'causal-lm':
      return scorePairs({ model: loaded.model, tokenizer, ...options });
    case 'classifier':
      return classifyPairs({
        model: loaded.model,
        tokenizer,
        prefixes: { query: queryPrefix, document: documentPrefix },
        ...options,
      });
    case 'encoder-decoder':
      return relevanceTokenScores({ model: loaded.model, tokenizer, words, ...options });
  }
}

/** @throws {InputError} naming the first option that means nothing for a model of this kind. */
function requireFit(
  { model, scorer, relevanceWords, queryPrefix, documentPrefix, specialTokensInText }: ScorerValues,
  kind: ModelKind,
): void {
  const { name, scorer: fitting } = MODEL_USES[kind];
  const requireKind = (field: string, given: string | undefined, fittingKind: ModelKind): void => {
    if (given === undefined || kind === fittingKind) return;
    throw new InputError({ field, found: `${given} for ${model}, ${name}`, expected: MODEL_USES[fittingKind].name });
  };
  requireKind('relevance-words', relevanceWords && Object.values(relevanceWords).join(','), 'encoder-decoder');
  requireKind('query-prefix', queryPrefix === undefined ? undefined : JSON.stringify(queryPrefix), 'classifier');
  requireKind(
    'document-prefix',
    documentPrefix === undefined ? undefined : JSON.stringify(documentPrefix),
    'classifier',
  );
  requireKind('special-tokens-in-text', specialTokensInText ? 'true' : undefined, 'causal-lm');
  if (scorer === 'auto' || scorer === fitting) return;
  throw new InputError({ field: 'scorer', found: `${scorer} for ${model}, ${name}`, expected: `${fitting}, or auto` });
}
