import { countRelevant } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * The best precision at any rank where at least the given share of the relevant documents has been found; 0 where it
 * never is. The share becomes a count by rounding share x R, as trec_eval 10 has it; 9 took floor(share x R + 0.9).
 *
 * @param share Recall level, 0 to 1.
 * @param options.trecEvalVersion Whose rule makes a count of the share. Default 10.
 *
 * Source: trec_eval, m_iprec_at_recall.c.
 */
export function interpolatedPrecision(
  ranking: JudgedRanking,
  share: number,
  { relevanceLevel = 1, trecEvalVersion = 10 }: MeasureOptions & { trecEvalVersion?: 9 | 10 } = {},
): number {
  const exact = share * countRelevant(ranking, relevanceLevel);
  const needed = trecEvalVersion === 9 ? Math.floor(exact + 0.9) : Math.round(exact);
  let found = 0;
  let best = 0;
  ranking.grades.forEach((grade, index) => {
    if (grade >= relevanceLevel) found += 1;
    if (found >= needed) best = Math.max(best, found / (index + 1));
  });
  return best;
}
