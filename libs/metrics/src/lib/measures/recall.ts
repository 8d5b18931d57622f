import { countRelevant, countRelevantRetrieved } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * Share of the query's relevant documents that stand within the cutoff; 0 where there are none.
 *
 * Source: trec_eval, m_recall.c.
 *
 * @example
 * recall({ grades: [1, 0], judged: [1, 1] }, { cutoff: 2 }); // 0.5
 */
export function recall(ranking: JudgedRanking, { cutoff = Infinity, relevanceLevel = 1 }: MeasureOptions = {}): number {
  const relevant = countRelevant(ranking, relevanceLevel);
  return relevant === 0 ? 0 : countRelevantRetrieved(ranking, relevanceLevel, cutoff) / relevant;
}
