import { judgeRanking } from './measures/judged-ranking';
import type { Judgments } from './measures/judged-ranking';
import type { Measure } from './measures/measure';
import type { ScoredDocument, ScorePrecision } from './ranked-list';

export interface EvaluateOptions {
  /** trec_eval's -c: every judged query counts, a missing one as an empty list. Default false. */
  readonly complete?: boolean;
  /** How scores are compared; default 'double'. */
  readonly scorePrecision?: ScorePrecision;
}

/** Values by measure label. */
export interface Evaluation {
  /** Label -> query id -> value, in the order of the judgments. */
  readonly perQuery: Map<string, Map<string, number>>;
  /** Label -> mean over queries (sum for counts, geometric mean for GMAP); 0 where there are no queries. */
  readonly mean: Map<string, number>;
}

/** trec_eval's MIN_GEO_MEAN. */
const LEAST_IN_GEOMETRIC_MEAN = 0.00001;

/**
 * Evaluates a run: queries that stand in both the judgments and the run, as trec_eval does, or with `complete` all
 * judged queries.
 *
 * @param qrels Query id -> judgments.
 * @param run Query id -> ranked list, in any order.
 * @throws {InputError} naming the query, as rankByScore.
 *
 * Source: trec_eval, meas_avg.c.
 */
export function evaluateRankings(
  qrels: ReadonlyMap<string, Judgments>,
  run: ReadonlyMap<string, readonly ScoredDocument[]>,
  measures: readonly Measure[],
  { complete = false, scorePrecision = 'double' }: EvaluateOptions = {},
): Evaluation {
  const perQuery = new Map(measures.map(({ label }) => [label, new Map<string, number>()]));
  for (const [queryId, judgments] of qrels) {
    const documents = run.get(queryId);
    if (documents === undefined && !complete) continue;
    // A query that the run lacks has an empty list: its relevant documents count all the same.
    const ranking = judgeRanking(documents ?? [], judgments, scorePrecision);
    for (const measure of measures) perQuery.get(measure.label)!.set(queryId, measure.evaluate(ranking));
  }
  const mean = new Map(
    measures.map((measure) => [measure.label, summarizeMeasure(measure, perQuery.get(measure.label)!.values())]),
  );
  return { perQuery, mean };
}

/** What the values of single queries become by a measure's own summary; 0 where there are none. */
export function summarizeMeasure({ summary }: Pick<Measure, 'summary'>, values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += summary === 'geometric mean' ? logOfValue(value) : value;
    count += 1;
  }
  if (count === 0 || summary === 'sum') return sum;
  return summary === 'mean' ? sum / count : Math.exp(sum / count);
}

/** As a geometric mean takes a query's value: in nats, and not below that of trec_eval's least value. */
export function logOfValue(value: number): number {
  return Math.log(Math.max(value, LEAST_IN_GEOMETRIC_MEAN));
}
