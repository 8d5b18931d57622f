import { countRelevant } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * The best precision at any rank where at least the given share of the relevant documents has been found; 0 where it
 * never is. The share becomes a count by rounding share x R, as trec_eval 10 has it; 9 took floor(share x R + 0.9).
 *
 * @param share Recall level, 0 to 1.
 *
 * Source: trec_eval, m_iprec_at_recall.c.
 */
export function interpolatedPrecision(
  ranking: JudgedRanking,
  share: number,
  { relevanceLevel = 1 }: MeasureOptions = {},
): number {
  const needed = Math.round(share * countRelevant(ranking, relevanceLevel));
  let found = 0;
  let best = 0;
  ranking.grades.forEach((grade, index) => {
    if (grade >= relevanceLevel) found += 1;
    if (found >= needed) best = Math.max(best, found / (index + 1));
  });
  return best;
}
