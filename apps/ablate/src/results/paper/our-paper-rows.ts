import type { ResultColumn, ResultRow, SweepPlan } from '@tsarank/ablation';
import type { RunConfig, RunRecord, SystemName } from '@tsarank/config';
import { parseMeasure, summarizeMeasure } from '@tsarank/metrics';
import {
  paperColumns,
  publishedTable,
  type MissingValue,
  type OurPaperCell,
  type OurPaperRow,
  type PaperColumns,
  type PublishedColumn,
  type PublishedTable,
} from '@tsarank/report';
import type { ExperimentOptions } from '../../options/experiment-options';
import type { Results } from '../result-files';
import { fillCommand, measureCommand } from './fill-command';
import { testSetsOf, type TestSet } from './test-sets';
import { modelText, trainingText } from './training-text';

export interface OurPaperRowsInput {
  plan: SweepPlan;
  results: Results;
  options: ExperimentOptions;
  /** Number of a model's weights. */
  weightsOf: (model: string) => number;
}

/** A row with what its cells are read from. */
interface Source {
  row: ResultRow;
  system: SystemName;
  /** By seed; `record` only where the run is done. */
  runs: { runId: string; record: RunRecord | undefined }[];
  config: RunConfig;
  columns: PaperColumns<TestSet>;
  /** Of the experiment's own table. */
  ownColumns: readonly ResultColumn[];
}

/**
 * The rows of an experiment's table as they stand under a published one: each value from the records of the row's runs on
 * the test set that belongs to the column, and for each that is not there the command that makes it.
 *
 * @returns The rows, and a note for each test set that the published table has no column for.
 * @throws {InputError} as paperColumns.
 */
export function ourPaperRows(
  key: PublishedTable['key'],
  { plan, results, options, weightsOf }: OurPaperRowsInput,
): { rows: OurPaperRow[]; notes: string[] } {
  const notes = new Set<string>();
  const sourceOf = rowSources(key, plan, results);
  const { measures, base } = plan.spec;
  const baseSets = testSetsOf(base);
  const outside = {
    why: 'The experiment has no such test set.',
    command: fillCommand(key, {
      sets: baseSets,
      filled: new Set(paperColumns(key, baseSets).places.keys()),
      measures,
      options,
    }),
  };
  const rows = results.table.rows.map((row): OurPaperRow => {
    const source = sourceOf(row);
    const { config, system, columns } = source;
    columns.notes.forEach((note) => notes.add(note));
    const cells = publishedTable(key)
      .columns.filter(({ set }) => set !== undefined)
      .map((column): [string, OurPaperCell | undefined] => {
        if (!columns.places.has(column.key)) return [column.key, { missing: outside }];
        const command = measureCommand(column.measure, { measures, options });
        return [column.key, cellOf(source, { column, measures, command })];
      });
    const isModel = system !== 'bm25';
    return {
      key: row.key,
      label: row.label,
      ...(row.group ? { group: row.group } : {}),
      model: isModel ? modelText(config.model, weightsOf) : null,
      data: isModel ? trainingText(config) : null,
      cells: Object.fromEntries(cells),
    };
  });
  return { rows, notes: [...notes] };
}

function rowSources(
  key: PublishedTable['key'],
  { spec, cells, runs }: SweepPlan,
  { records, table }: Results,
): (row: ResultRow) => Source {
  const byId = new Map(records.filter(({ status }) => status === 'done').map((record) => [record.runId, record]));
  const planned = new Map(runs.map((run) => [run.runId, run]));
  return (row) => {
    const system = row.key === 'bm25' || row.key === 'fused' ? row.key : 'model';
    const variant = system === 'model' ? row.key : spec.baseline;
    const own = cells.filter((cell) => cell.variant === variant);
    const config = planned.get(own[0]?.runId ?? '')?.config ?? spec.base;
    return {
      row,
      system,
      runs: own.map(({ runId }) => ({ runId, record: byId.get(runId) })),
      config,
      columns: paperColumns(key, testSetsOf(config)),
      ownColumns: table.columns,
    };
  };
}

interface CellOptions {
  column: PublishedColumn;
  measures: readonly string[];
  /** Adds the column's measure to the experiment. */
  command: string;
}

function cellOf(source: Source, { column, measures, command }: CellOptions): OurPaperCell | undefined {
  const { set, candidates } = source.columns.places.get(column.key)!;
  const wanted = parseMeasure(column.measure).name;
  const named = measures.find((measure) => parseMeasure(measure).name === wanted);
  if (named === undefined)
    return { missing: { why: `${column.measure} is not among the experiment's measures.`, command } };
  const measure = parseMeasure(named);
  const found = source.runs.flatMap(({ runId, record }) => {
    const queries = Object.values(record?.result?.systems[source.system]?.[set.name]?.[named] ?? {});
    return queries.length > 0 ? [{ runId, value: summarizeMeasure(measure, queries), queries: queries.length }] : [];
  });
  const missing = missingOf(source, set.name);
  if (found.length === 0) return missing && { missing };
  const values = found.map(({ value }) => value);
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1);
  return {
    value,
    candidates,
    queries: found[0]!.queries,
    runIds: found.map(({ runId }) => runId),
    seeds: found.length,
    ...(values.length > 1 ? { spread: Math.sqrt(variance), values } : {}),
    ...(missing && found.length < source.runs.length ? { missing } : {}),
  };
}

/** What the experiment's own table says of a row that lacks scores of a test set; undefined where it lacks none. */
function missingOf({ row: { cells }, ownColumns }: Source, set: string): MissingValue | undefined {
  const keys = ownColumns.filter((column) => column.set === set).map(({ key }) => key);
  const missing = keys.map((key) => cells[key]?.missing).find((each) => each !== undefined);
  return missing && { why: `${missing.why.charAt(0).toUpperCase()}${missing.why.slice(1)}.`, command: missing.command };
}
