import { countRelevant } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * Mean, over all relevant documents of the query, of the precision at each one's rank (0 for those not within the
 * cutoff).
 *
 *   AP = (1/R) sum_{i: relevant} (relevant among the first i) / i
 *
 * Source: trec_eval, m_map.c and m_map_cut.c.
 *
 * @example
 * averagePrecision({ grades: [1, 0, 1], judged: [1, 1] }); // (1/1 + 2/3) / 2 = 0.8333
 */
export function averagePrecision(
  ranking: JudgedRanking,
  { cutoff = Infinity, relevanceLevel = 1 }: MeasureOptions = {},
): number {
  const relevant = countRelevant(ranking, relevanceLevel);
  if (relevant === 0) return 0;
  let sum = 0;
  let found = 0;
  const end = Math.min(cutoff, ranking.grades.length);
  for (let index = 0; index < end; index += 1) {
    if (ranking.grades[index]! < relevanceLevel) continue;
    found += 1;
    sum += found / (index + 1);
  }
  return sum / relevant;
}
