import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * One over the rank of the first relevant document within the cutoff, 0 where there is none.
 *
 * Source: trec_eval, m_recip_rank.c (with a cutoff: its -M).
 *
 * @example
 * reciprocalRank({ grades: [0, 0, 1], judged: [1] }, { cutoff: 10 }); // 0.3333
 */
export function reciprocalRank(
  ranking: JudgedRanking,
  { cutoff = Infinity, relevanceLevel = 1 }: MeasureOptions = {},
): number {
  const index = ranking.grades.findIndex((grade) => grade >= relevanceLevel);
  return index < 0 || index >= cutoff ? 0 : 1 / (index + 1);
}
