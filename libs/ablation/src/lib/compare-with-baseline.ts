import { holm, logOfValue, pairedTest, summarizeMeasure } from '@tsarank/metrics';
import type { RowRuns } from './row-runs';
import type { TableColumn } from './table-columns';

export interface Comparison {
  /** The measure of the row minus that of the baseline, by the measure's own summary over the queries. */
  difference: number;
  /** Holm-corrected over the rows compared. */
  p: number;
  /** Queries. */
  pairs: number;
}

/**
 * Each row against the baseline over the same queries and seeds, in the order of the rows; undefined for the baseline
 * itself and where there is nothing in common.
 */
export function compareWithBaseline(
  rows: readonly RowRuns[],
  baseline: RowRuns,
  column: TableColumn,
): (Comparison | undefined)[] {
  const raw = rows.map((row) => (row === baseline ? undefined : compare(row, baseline, column)));
  const corrected = holm(raw.flatMap((comparison) => (comparison ? [comparison.p] : [])));
  let next = 0;
  return raw.map((comparison) => comparison && { ...comparison, p: corrected[next++]! });
}

function compare(row: RowRuns, baseline: RowRuns, { queriesOf, measure }: TableColumn): Comparison | undefined {
  const ours: Readonly<Record<string, number>>[] = [];
  const theirs: Readonly<Record<string, number>>[] = [];
  for (const { seed, record } of row.runs) {
    const other = baseline.runs.find((run) => run.seed === seed)?.record;
    const left = record && queriesOf!(record, row.system);
    const right = other && queriesOf!(other, baseline.system);
    if (!left || !right) continue;
    ours.push(left);
    theirs.push(right);
  }
  const queries = Object.keys(ours[0] ?? {}).sort();
  const complete = [...ours, ...theirs].every(
    (values) => Object.keys(values).length === queries.length && queries.every((query) => query in values),
  );
  if (queries.length === 0 || !complete) return undefined;
  const average = (runs: readonly Readonly<Record<string, number>>[]): number[] =>
    queries.map((query) => runs.reduce((sum, values) => sum + values[query]!, 0) / runs.length);
  const [after, before] = [average(ours), average(theirs)];
  const { summary } = measure!;
  // A geometric mean is the mean of logarithms, and so is its test.
  const tested =
    summary === 'geometric mean' ? (values: number[]) => values.map(logOfValue) : (values: number[]) => values;
  const { difference, p, pairs } = pairedTest(tested(after), tested(before));
  if (summary === 'mean') return { difference, p, pairs };
  return { difference: summarizeMeasure(measure!, after) - summarizeMeasure(measure!, before), p, pairs };
}
