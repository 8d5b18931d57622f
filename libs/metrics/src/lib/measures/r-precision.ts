import { countRelevant, countRelevantRetrieved } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * Precision at rank R, the number of the query's relevant documents; 0 where there are none.
 *
 * Source: trec_eval, m_Rprec.c.
 */
export function rPrecision(ranking: JudgedRanking, { relevanceLevel = 1 }: MeasureOptions = {}): number {
  const relevant = countRelevant(ranking, relevanceLevel);
  return relevant === 0 ? 0 : countRelevantRetrieved(ranking, relevanceLevel, relevant) / relevant;
}
