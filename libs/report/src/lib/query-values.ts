import { IN_DOMAIN, OUT_OF_DOMAIN } from '@tsarank/ablation';
import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord, SystemName } from '@tsarank/config';
import { isBm25 } from './published/published-context';
import { baselineRow, outOfDomainColumn, primaryColumn, recordsOf } from './report-input';

/** One query under a row and under the baseline, value by value of the seeds that both have. */
export interface QueryPair {
  queryId: string;
  before: number[];
  after: number[];
}

/**
 * What the baseline and a row measure on each query, by default the in-domain ones, paired by seed; empty where they have no seed or not the
 * same queries in common, and for the baseline itself.
 */
export function queryPairs(
  table: ResultTable,
  row: ResultRow,
  records: readonly RunRecord[],
  measure: string,
  dataset: typeof IN_DOMAIN | typeof OUT_OF_DOMAIN = IN_DOMAIN,
): QueryPair[] {
  const baseline = baselineRow(table);
  if (!baseline || row.key === baseline.key) return [];
  const theirs = bySeed(recordsOf(baseline, records));
  const pairs = new Map<string, QueryPair>();
  for (const [seed, record] of bySeed(recordsOf(row, records))) {
    const other = theirs.get(seed);
    const after = valuesOf(record, systemOf(row), measure, dataset);
    const before = other && valuesOf(other, 'model', measure, dataset);
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

/** Mean over seeds of what a row has above the baseline. */
export function pairDifference({ before, after }: QueryPair): number {
  return mean(after) - mean(before);
}

/**
 * The standard error of a row's difference to the baseline, over queries paired and seeds averaged; undefined where the records
 * have fewer than two queries in common.
 */
export function differenceError(
  table: ResultTable,
  row: ResultRow,
  records: readonly RunRecord[],
  column: ResultColumn,
): number | undefined {
  const primary = primaryColumn(table);
  const out = outOfDomainColumn(table);
  const dataset = column.key === out?.key ? OUT_OF_DOMAIN : IN_DOMAIN;
  const measure = dataset === OUT_OF_DOMAIN ? column.key.replace(/^out-of-domain /, '') : primary?.key;
  if (measure === undefined) return undefined;
  const differences = queryPairs(table, row, records, measure, dataset).map(pairDifference);
  if (differences.length < 2) return undefined;
  const centre = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0);
  return Math.sqrt(squares / (differences.length - 1) / differences.length);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const bySeed = (records: readonly RunRecord[]): Map<number, RunRecord> =>
  new Map(records.map((record) => [record.config.seed, record]));

function systemOf({ key }: ResultRow): SystemName {
  return isBm25(key) ? 'bm25' : key === 'fused' ? 'fused' : 'model';
}

function valuesOf(
  record: RunRecord,
  system: SystemName,
  measure: string,
  dataset: string,
): Readonly<Record<string, number>> | undefined {
  return record.result?.systems[system]?.[dataset]?.[measure];
}
