import { rankByScore } from '../ranked-list';
import type { ScoredDocument, ScorePrecision } from '../ranked-list';

/** One query's judgments: document id to grade. Grades below 0 mean "in the pool, not judged". */
export type Judgments = ReadonlyMap<string, number>;

/** The grade that stands for a retrieved document nobody judged. */
export const UNJUDGED = -1;

/** A ranked list seen through its judgments: all that a measure needs to know. */
export interface JudgedRanking {
  /** Grades in rank order; UNJUDGED where there is none. */
  readonly grades: readonly number[];
  /** Every judged grade (0 and above) of the query, retrieved or not, best first. */
  readonly judged: readonly number[];
}

/**
 * Sorts a list by trec_eval's rule and looks up its grades.
 *
 * @throws {InputError} as rankByScore.
 */
export function judgeRanking(
  documents: readonly ScoredDocument[],
  judgments: Judgments,
  precision: ScorePrecision = 'double',
): JudgedRanking {
  const grades = rankByScore(documents, precision).map(({ docId }) => {
    const grade = judgments.get(docId);
    return grade === undefined || grade < 0 ? UNJUDGED : grade;
  });
  const judged = [...judgments.values()].filter((grade) => grade >= 0).sort((a, b) => b - a);
  return { grades, judged };
}

/** Judged documents of the query at or above the relevance level. */
export function countRelevant(ranking: JudgedRanking, relevanceLevel: number): number {
  return ranking.judged.filter((grade) => grade >= relevanceLevel).length;
}

/** Retrieved documents at or above the relevance level, within the cutoff. */
export function countRelevantRetrieved(ranking: JudgedRanking, relevanceLevel: number, cutoff = Infinity): number {
  let count = 0;
  const end = Math.min(cutoff, ranking.grades.length);
  for (let index = 0; index < end; index += 1) if (ranking.grades[index]! >= relevanceLevel) count += 1;
  return count;
}
