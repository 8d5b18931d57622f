import type { ScoredDocument } from '@tsarank/data';

/**
 * Lowers scores just enough that every one is below the one before, so that a tool that sorts by score (trec_eval
 * breaks ties by document id, whatever the order written) reads the list in this order. The step is 1e-6, or more
 * where a 32-bit float would not hold it.
 *
 * @param documents In the order wanted, scores not rising.
 *
 * Source: Anserini, ScoreTiesAdjusterReranker (which also rounds scores to four decimals; here they keep theirs).
 */
export function separateTies(documents: readonly ScoredDocument[]): ScoredDocument[] {
  let previous = Infinity;
  return documents.map(({ docId, score }) => {
    const step = Number.isFinite(previous) ? Math.max(1e-6, Math.abs(previous) * 2 ** -22) : 0;
    previous = Math.min(score, previous - step);
    return { docId, score: previous };
  });
}
