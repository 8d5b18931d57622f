import { countRelevantRetrieved } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';

/**
 * Share of relevant documents among the first `cutoff` ranks; ranks that a short list doesn't fill count as misses.
 *
 * Source: trec_eval, m_P.c.
 *
 * @example
 * precision({ grades: [1, 0], judged: [1] }, { cutoff: 10 }); // 0.1
 */
export function precision(
  ranking: JudgedRanking,
  { cutoff, relevanceLevel = 1 }: { cutoff: number; relevanceLevel?: number },
): number {
  return countRelevantRetrieved(ranking, relevanceLevel, cutoff) / cutoff;
}
