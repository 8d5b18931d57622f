import { countRelevant, UNJUDGED } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';

/**
 * Binary preference: judged documents only.
 *
 *   bpref = (1/R) sum_{relevant r} ( 1 - min(judged non-relevant above r, R) / min(N, R) )
 *
 * R relevant and N non-relevant judgments of the query; 0 where R is 0.
 *
 * Source: Buckley and Voorhees 2004; trec_eval, m_bpref.c.
 */
export function bpref(ranking: JudgedRanking, { relevanceLevel = 1 }: MeasureOptions = {}): number {
  const relevant = countRelevant(ranking, relevanceLevel);
  if (relevant === 0) return 0;
  const bound = Math.min(ranking.judged.length - relevant, relevant);
  let above = 0;
  let sum = 0;
  for (const grade of ranking.grades) {
    if (grade === UNJUDGED) continue;
    if (grade < relevanceLevel) above += 1;
    else sum += above === 0 ? 1 : 1 - Math.min(above, relevant) / bound;
  }
  return sum / relevant;
}
