import { IN_DOMAIN, OUT_OF_DOMAIN } from '@tsarank/ablation';
import type { RunConfig, RunResult, SystemName, SystemResult } from '@tsarank/config';
import { documentText, type TrecRun } from '@tsarank/data';
import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { evaluateRun, fuseReciprocalRank, perplexity, queryPerplexity, rerank, scorePairs } from '@tsarank/ranking';
import type { Tokenizer } from '@tsarank/tokenizer';
import {
  indexedCollection,
  listsWithRelevant,
  positivePairs,
  testSet,
  type IndexedCollection,
  type TestSet,
} from '../inputs/run-data';

export interface EvaluateModelOptions {
  config: RunConfig;
  model: CausalLm;
  tokenizer: Tokenizer;
  /** The in-domain collection. */
  inDomain: IndexedCollection;
  /** Pairs and texts scored, of all there are. */
  onProgress: (done: number, total: number) => void;
}

/** Positives and plain texts that perplexity is taken over. */
const PERPLEXITY_TEXTS = 100;

/**
 * What a model is worth: BM25's candidates as BM25 ranks them, as the model does and as both fused, on the in-domain
 * test split and out of domain; perplexity of test queries given a relevant document, and of plain text that no
 * training saw (documents of the out-of-domain collection).
 */
export async function evaluateModel({
  config,
  model,
  tokenizer,
  inDomain,
  onProgress,
}: EvaluateModelOptions): Promise<Pick<RunResult, 'systems' | 'perplexity'>> {
  const { data, text } = config;
  const home = testSet(inDomain, { split: data.split, candidates: data.candidates, queries: data.testQueries });
  const away =
    data.outOfDomain === null
      ? undefined
      : testSet(indexedCollection(data.outOfDomain), {
          split: 'test',
          candidates: data.candidates,
          queries: data.outOfDomainQueries,
        });
  const positives = positivePairs(home, PERPLEXITY_TEXTS);
  const plainTexts = away ? sampleTexts(away) : [];

  let finished = 0;
  const sets = [{ key: IN_DOMAIN, set: home }, ...(away ? [{ key: OUT_OF_DOMAIN, set: away }] : [])].map(
    ({ key, set }) => ({ key, set, lists: listsWithRelevant(set) }),
  );
  const total = sets.reduce((sum, { lists }) => sum + pairsOf(lists), 0) + positives.length + plainTexts.length;
  const progress = (done: number): void => onProgress(finished + done, total);
  const measured = async <T>(units: number, work: () => Promise<T>): Promise<T> => {
    const result = await work();
    progress(units);
    finished += units;
    return result;
  };
  const ranked = async (lists: TrecRun, { collection }: TestSet): Promise<TrecRun> =>
    measured(pairsOf(lists), () =>
      rerank({
        run: lists,
        collection,
        scorer: (pairs) => scorePairs({ model, tokenizer, pairs, limits: text, onProgress: progress }),
        top: data.candidates,
      }),
    );

  const systems: Record<SystemName, SystemResult> = { model: {}, fused: {}, bm25: {} };
  for (const { key, set, lists } of sets) {
    const run: TrecRun = new Map([...set.candidates, ...(await ranked(lists, set))]);
    const runs: Record<SystemName, TrecRun> = {
      model: run,
      fused: fuseReciprocalRank([set.candidates, run]),
      bm25: set.candidates,
    };
    for (const [system, list] of Object.entries(runs)) {
      systems[system as SystemName][key] = perQuery(set, list, config.measures);
    }
  }
  const shared = { model, tokenizer, onProgress: progress };
  return {
    systems,
    perplexity: {
      positives:
        positives.length === 0
          ? null
          : await measured(positives.length, () => queryPerplexity({ ...shared, pairs: positives, limits: text })),
      heldOut:
        plainTexts.length === 0
          ? null
          : await measured(plainTexts.length, () =>
              perplexity({
                ...shared,
                texts: plainTexts,
                maxTokens: text.maxDocumentTokens,
                specialTokensInText: text.specialTokensInText,
              }),
            ),
    },
  };
}

/** measure -> query id -> value; a query without candidates counts as 0, by trec_eval's -c. */
function perQuery({ qrels }: TestSet, run: TrecRun, measures: readonly string[]): SystemResult[string] {
  const evaluation = evaluateRun(qrels, run, measures, { complete: true });
  return Object.fromEntries(
    measures.map((measure) => [measure, Object.fromEntries(evaluation.perQuery.get(measure)!)]),
  );
}

function pairsOf(run: TrecRun): number {
  return [...run.values()].reduce((sum, documents) => sum + documents.length, 0);
}

function sampleTexts({ collection }: TestSet): string[] {
  const texts = [...collection.documents.values()].map(documentText);
  return texts.length <= PERPLEXITY_TEXTS ? texts : Random.fromSeed('held-out texts').sample(texts, PERPLEXITY_TEXTS);
}
