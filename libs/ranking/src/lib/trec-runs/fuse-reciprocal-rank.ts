import type { TrecRun } from '@tsarank/data';
import { rankByScore } from '@tsarank/metrics';
import { separateTies } from './separate-ties';

/**
 * Reciprocal rank fusion: documents by the sum of 1 / (k + rank) over the runs that list them; ranks from 1, by
 * trec_eval's order. Equal sums keep the order of the first run that lists them.
 *
 * @param runs Systems to fuse; queries of any of them are in the result.
 * @param k Default 60, as published.
 * @throws {RangeError} when k is negative.
 *
 * Source: Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet …".
 *
 * @example
 * fuseReciprocalRank([bm25, model]).get('q1')[0]; // first in both: { docId, score: 2 / 61 }
 */
export function fuseReciprocalRank(runs: readonly TrecRun[], k = 60): TrecRun {
  if (!(k >= 0)) throw new RangeError(`k must be 0 or more, got ${k}`);
  const sums = new Map<string, Map<string, number>>();
  for (const run of runs) {
    for (const [queryId, documents] of run) {
      let fused = sums.get(queryId);
      if (fused === undefined) sums.set(queryId, (fused = new Map()));
      for (const [index, { docId }] of rankByScore(documents).entries()) {
        fused.set(docId, (fused.get(docId) ?? 0) + 1 / (k + index + 1));
      }
    }
  }
  const order = (fused: Map<string, number>) =>
    [...fused].map(([docId, score]) => ({ docId, score })).sort((a, b) => b.score - a.score);
  return new Map([...sums].map(([queryId, fused]) => [queryId, separateTies(order(fused))]));
}
