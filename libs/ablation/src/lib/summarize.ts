import type { RunRecord } from '@tsarank/config';
import { summarizeMeasure } from '@tsarank/metrics';
import { compareWithBaseline } from './compare-with-baseline';
import { missingRuns } from './missing-runs';
import { pairedSeedsNote } from './paired-seeds';
import type { ResultCell, ResultTable } from './result-table';
import { rowRuns, type RowRuns } from './row-runs';
import type { SweepPlan } from './sweep-plan';
import { P_VALUE, tableColumns, type TableColumn } from './table-columns';

export interface SummarizeOptions {
  /** Of single runs, by run id: they say why a number is missing; those of no run of the plan, that it is stale. Default: `measured`. */
  records?: ReadonlyMap<string, RunRecord>;
  /** What to type to execute the missing runs, and those alone. */
  command: string;
}

/**
 * The table of a sweep.
 *
 * A measure becomes one number over the queries by its own summary (mean, sum, geometric mean), then the mean over seeds. Its difference to the baseline is taken query by query (each
 * query's mean over the seeds both rows have), tested by a paired t-test and Holm-corrected over the column's rows.
 *
 * @param measured What each cell's runs found, by the cell's run id: training and rankings, measured.
 */
export function summarize(
  plan: SweepPlan,
  measured: ReadonlyMap<string, RunRecord>,
  { command, records = measured }: SummarizeOptions,
): ResultTable {
  const { spec } = plan;
  const columns = tableColumns(spec);
  const rows = rowRuns(plan, measured);
  const baseline = rows.find((row) => row.key === spec.baseline)!;
  const table: ResultTable = {
    experiment: spec.name,
    question: spec.question,
    baseline: spec.baseline,
    columns: columns.map(({ key, label, unit, set, measure, direction, digits }) => ({
      key,
      label,
      ...(set === undefined ? {} : { set, measure: measure!.label }),
      ...(unit ? { unit } : {}),
      ...(measure && measure.summary !== 'mean' ? { summary: measure.summary } : {}),
      direction,
      digits,
    })),
    rows: rows.map((row) => {
      const missingOf = (lacking: RowRuns['runs'], set?: string): ResultCell['missing'] =>
        missingRuns(row, { lacking, set }, plan, records, command);
      const cells = columns.map((column) => [column.key, cellOf(row, column, missingOf)] as const);
      const group = row.group ? { group: row.group } : {};
      return { key: row.key, label: row.label, ...group, cells: Object.fromEntries(cells) };
    }),
    notes: [],
  };
  const first = columns.find(({ queriesOf }) => queriesOf)?.key;
  for (const column of columns) {
    if (!column.queriesOf) continue;
    const comparisons = compareWithBaseline(rows, baseline, column);
    table.rows.forEach((row, at) => {
      const comparison = comparisons[at];
      const cell = row.cells[column.key];
      if (!comparison || !cell) return;
      cell.difference = comparison.difference;
      cell.p = comparison.p;
      if (column.key === first && columns.some(({ key }) => key === P_VALUE)) {
        row.cells[P_VALUE] = { value: comparison.p, n: cell.n, runIds: cell.runIds };
      }
    });
    if (column.key === first) table.notes.push(...comparisonNotes(comparisons, rows, baseline));
  }
  const paired = pairedSeedsNote(rows);
  table.notes.push(...(paired ? [paired] : []), `Seeds: ${spec.seeds.join(', ')}. Seconds include stage one.`);
  return table;
}

function cellOf(
  row: RowRuns,
  column: TableColumn,
  missingOf: (lacking: RowRuns['runs'], set?: string) => ResultCell['missing'],
): ResultCell | undefined {
  // BM25 and fusion are rankings beside the baseline's; its perplexity and time are not theirs.
  if (!column.queriesOf && ((row.system !== 'model' && !column.ofSystems) || !column.numberOf)) return undefined;
  const values: number[] = [];
  const runIds: string[] = [];
  const lacking: RowRuns['runs'] = [];
  for (const run of row.runs) {
    const value = run.record ? valueOf(run.record, row, column) : undefined;
    if (value === undefined) lacking.push(run);
    if (value === undefined || value === null) continue;
    values.push(value);
    runIds.push(run.cell.runId);
  }
  const missing = missingOf(lacking, column.set);
  if (values.length === 0)
    return missing ? { value: null, n: 0, runIds: row.runs.map(({ cell }) => cell.runId), missing } : undefined;
  const value = mean(values);
  const spread = values.length > 1 ? { spread: deviation(values, value), values } : {};
  const { set } = column;
  const found = row.runs.filter(({ cell }) => runIds.includes(cell.runId));
  const scores = set === undefined ? {} : { scores: [...new Set(found.map(({ cell }) => cell.scores[set]!))] };
  return { value, ...spread, n: values.length, runIds, ...scores, ...(missing ? { missing } : {}) };
}

function valueOf(record: RunRecord, row: RowRuns, column: TableColumn): number | null | undefined {
  if (!column.queriesOf) return column.numberOf?.(record, row.system);
  const perQuery = Object.values(column.queriesOf(record, row.system) ?? {});
  return perQuery.length > 0 ? summarizeMeasure(column.measure!, perQuery) : undefined;
}

function comparisonNotes(
  comparisons: readonly ({ pairs: number } | undefined)[],
  rows: readonly RowRuns[],
  baseline: RowRuns,
): string[] {
  const tested = comparisons.filter((comparison) => comparison !== undefined);
  const different = rows.filter(
    (row, at) => row !== baseline && !comparisons[at] && row.runs.some(({ record }) => record),
  );
  return [
    ...(tested.length > 0
      ? [
          `p: paired t-test over ${tested[0]!.pairs} queries against “${baseline.label}”, Holm-corrected over ${tested.length} comparisons a column.`,
        ]
      : []),
    ...(different.length > 0 && baseline.runs.some(({ record }) => record)
      ? [`Not compared, for want of the same queries and seeds: ${different.map(({ label }) => label).join(', ')}.`]
      : []),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation. */
function deviation(values: readonly number[], center: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
