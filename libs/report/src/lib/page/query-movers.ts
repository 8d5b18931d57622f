import type { ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { mean, pairDifference, queryPairs } from '../query-values';
import type { QueryPair } from '../query-values';
import { TIE } from './query-wins';

/** A query that a row ranks better or worse than the baseline does. */
export interface QueryMover {
  queryId: string;
  /** Means over the seeds that both have: the baseline's, the row's. */
  before: number;
  after: number;
  difference: number;
  /** Rank of the first relevant document, seed by seed; undefined where it is below the cutoff. */
  ranks?: { cutoff: number | undefined; before: (number | undefined)[]; after: (number | undefined)[] };
}

export interface QueryMovers {
  /** The greatest gain first. */
  improved: QueryMover[];
  /** The greatest loss first. */
  worsened: QueryMover[];
}

/**
 * The queries on which a row gains and loses most against the baseline, ties in the order of their ids. Where the
 * records hold reciprocal ranks, the rank of the first relevant document is read off them.
 */
export function queryMovers(
  table: ResultTable,
  row: ResultRow,
  records: readonly RunRecord[],
  { measure, count }: { measure: string; count: number },
): QueryMovers {
  const reciprocal = reciprocalRank(records);
  const ranks = new Map(
    (reciprocal ? queryPairs(table, row, records, reciprocal.measure) : []).map((pair) => [pair.queryId, pair]),
  );
  const moved = queryPairs(table, row, records, measure)
    .map((pair): QueryMover => {
      const rank = ranks.get(pair.queryId);
      return {
        queryId: pair.queryId,
        before: mean(pair.before),
        after: mean(pair.after),
        difference: pairDifference(pair),
        ...(reciprocal && rank ? { ranks: { cutoff: reciprocal.cutoff, ...ranksOf(rank) } } : {}),
      };
    })
    .sort((a, b) => b.difference - a.difference || (a.queryId < b.queryId ? -1 : 1));
  return {
    improved: moved.filter(({ difference }) => difference > TIE).slice(0, count),
    worsened: moved
      .filter(({ difference }) => difference < -TIE)
      .reverse()
      .slice(0, count),
  };
}

function ranksOf({ before, after }: QueryPair): { before: (number | undefined)[]; after: (number | undefined)[] } {
  const rank = (value: number): number | undefined => (value > 0 ? Math.round(1 / value) : undefined);
  return { before: before.map(rank), after: after.map(rank) };
}

/** The measure that shows the deepest first rank, of those the records have. */
function reciprocalRank(records: readonly RunRecord[]): { measure: string; cutoff: number | undefined } | undefined {
  const measures = new Set(records.flatMap(({ config }) => config.measures));
  return [...measures]
    .flatMap((measure) => {
      const match = /^RR(?:@(\d+))?$/.exec(measure);
      return match ? [{ measure, cutoff: match[1] === undefined ? undefined : Number(match[1]) }] : [];
    })
    .sort((a, b) => (b.cutoff ?? Infinity) - (a.cutoff ?? Infinity))[0];
}
