import { scorePairs } from '@tsarank/ranking';
import type { ScorePairsOptions, TextLimits } from '@tsarank/ranking';
import type { Log } from '../log';
import { openEngine } from './open-engine';
import { openModel } from './open-model';
import type { ENGINES } from '../options';
import { requireContract } from './scoring-contract';

export interface ScorerValues {
  model: string;
  engine: (typeof ENGINES)[number];
  jobs?: number;
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
  batchTokens: number;
}

/** A scorer of pairs that names those that are wrong by where they stand. */
export type PlacedScorer = (pairs: ScorePairsOptions['pairs'], places?: ScorePairsOptions['places']) => Promise<Float64Array>;

/**
 * Engine and model made ready, as a function that scores pairs and shows how far it is.
 *
 * @throws {InputError} when the model was made for other limits than those asked for.
 */
export async function openScorer(
  values: ScorerValues,
  log: Log,
): Promise<{ scorer: PlacedScorer; dispose: () => void }> {
  await openEngine(values, log);
  const { model, tokenizer, contract } = await openModel(values.model, log);
  const limits: TextLimits = { maxDocumentTokens: values.maxDocumentTokens, maxQueryTokens: values.maxQueryTokens };
  if (contract !== undefined) requireContract(values.model, contract, limits, log);
  const scorer: PlacedScorer = async (pairs, places) => {
    const progress = log.progress('score', pairs.length);
    const scores = await scorePairs({
      model,
      tokenizer,
      pairs,
      places,
      limits,
      batchTokens: values.batchTokens,
      onProgress: (done) => progress.update(done),
    });
    progress.finish();
    return scores;
  };
  return { scorer, dispose: () => model.dispose() };
}
