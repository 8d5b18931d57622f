import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord, SystemName } from '@tsarank/config';
import { baselineRow, isBm25, isFused, recordsOf } from './report-input';

/** One query under a row and under the baseline, value by value of the seeds that both have. */
export interface QueryPair {
  queryId: string;
  before: number[];
  after: number[];
}

/**
 * What the baseline and a row measure on each query of a test set (by default that of the first column), paired by seed; empty where they have no seed or not the
 * same queries in common, and for the baseline itself.
 */
export function queryPairs(
  table: ResultTable,
  row: ResultRow,
  records: readonly RunRecord[],
  measure: string,
  collection: string | undefined = table.columns.find(({ set }) => set !== undefined)?.set,
): QueryPair[] {
  const baseline = baselineRow(table);
  if (!baseline || row.key === baseline.key || collection === undefined) return [];
  const theirs = bySeed(recordsOf(baseline, records));
  const pairs = new Map<string, QueryPair>();
  for (const [seed, record] of bySeed(recordsOf(row, records))) {
    const other = theirs.get(seed);
    const after = valuesOf(record, systemOf(row), measure, collection);
    const before = other && valuesOf(other, 'model', measure, collection);
    if (!after || !before) continue;
    const queries = Object.keys(before);
    if (queries.length !== Object.keys(after).length || queries.some((query) => !(query in after))) return [];
    for (const queryId of queries) {
      const pair = pairs.get(queryId) ?? { queryId, before: [], after: [] };
      pair.before.push(before[queryId]!);
      pair.after.push(after[queryId]!);
      pairs.set(queryId, pair);
    }
  }
  return [...pairs.values()];
}

/** What a column measures on a single query: GMAP, the geometric mean of average precision, is average precision there. */
export const perQueryLabel = ({ label, summary }: ResultColumn): string =>
  summary === 'geometric mean' ? 'AP' : label;

/** Mean over seeds of what a row has above the baseline. */
export function pairDifference({ before, after }: QueryPair): number {
  return mean(after) - mean(before);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const bySeed = (records: readonly RunRecord[]): Map<number, RunRecord> =>
  new Map(records.map((record) => [record.config.seed, record]));

function systemOf(row: ResultRow): SystemName {
  return isBm25(row) ? 'bm25' : isFused(row) ? 'fused' : 'model';
}

function valuesOf(
  record: RunRecord,
  system: SystemName,
  measure: string,
  collection: string,
): Readonly<Record<string, number>> | undefined {
  return record.result?.systems[system]?.[collection]?.[measure];
}
