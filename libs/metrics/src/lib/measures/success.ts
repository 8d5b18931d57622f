import { countRelevantRetrieved } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';

/**
 * 1 where a relevant document stands within the cutoff, else 0.
 *
 * Source: trec_eval, m_success.c.
 */
export function success(
  ranking: JudgedRanking,
  { cutoff, relevanceLevel = 1 }: { cutoff: number; relevanceLevel?: number },
): number {
  return countRelevantRetrieved(ranking, relevanceLevel, cutoff) > 0 ? 1 : 0;
}
