import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * Normalized discounted cumulative gain with linear gains.
 *
 *   DCG@k = sum_{i=1..k} grade_i / log2(i + 1),   nDCG@k = DCG@k / (DCG@k of the judged grades, best first)
 *
 * The relevance level plays no part: every positive grade is a gain. 0 where no grade is positive.
 *
 * Source: Järvelin and Kekäläinen 2002; trec_eval, m_ndcg.c and m_ndcg_cut.c.
 *
 * @example
 * nDCG({ grades: [0, 1], judged: [1, 0] }); // 0.6309
 */
export function nDCG(ranking: JudgedRanking, { cutoff = Infinity }: MeasureOptions = {}): number {
  const ideal = discountedGain(ranking.judged, cutoff);
  return ideal === 0 ? 0 : discountedGain(ranking.grades, cutoff) / ideal;
}

function discountedGain(grades: readonly number[], cutoff: number): number {
  let sum = 0;
  const end = Math.min(cutoff, grades.length);
  for (let index = 0; index < end; index += 1) {
    const gain = grades[index]!;
    if (gain > 0) sum += gain / Math.log2(index + 2);
  }
  return sum;
}
