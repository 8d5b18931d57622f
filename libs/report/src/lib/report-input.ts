import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunConfig, RunRecord } from '@tsarank/config';

/** One logged training step; terms of weight 0 are absent. */
export interface LossRow {
  step: number;
  loss: number;
  rank?: number;
  nextToken?: number;
  differencePenalty?: number;
}

/** The log of one stage of one run. */
export interface LossCurve {
  runId: string;
  stage: 'pretrain' | 'finetune';
  rows: readonly LossRow[];
}

/** What the in-domain collection says, for the queries and documents that a report may show. */
export interface CollectionTexts {
  /** Query id -> text. */
  queries: ReadonlyMap<string, string>;
  /** Document id -> title (which may be empty) and text. */
  documents: ReadonlyMap<string, { title: string; text: string }>;
  /** Query id -> ids of its relevant documents, the highest grade first. */
  relevant: ReadonlyMap<string, readonly string[]>;
}

/** One time that a run was tried. */
export interface Attempt {
  executor: string;
  /** ISO 8601. */
  ended: string;
  seconds: number;
  /** `done`, or what ended it. */
  end: string;
  message?: string;
}

/** What a report is made from. Only the table is needed; every section whose source is absent is left out. */
export interface ReportInput {
  table: ResultTable;
  records?: readonly RunRecord[];
  losses?: readonly LossCurve[];
  /** Texts of queries and documents, or why there are none; without either, ids are shown. */
  texts?: CollectionTexts | { missing: string };
  /** By run id, in order. */
  attempts?: ReadonlyMap<string, readonly Attempt[]>;
  /** The commands that made the runs and this table, in order. */
  commands?: readonly string[];
}

const indexes = new WeakMap<readonly RunRecord[], ReadonlyMap<string, RunRecord>>();

/** The records behind a row, in the order of its run ids. */
export function recordsOf(row: ResultRow, records: readonly RunRecord[]): RunRecord[] {
  // Asked for row by row of the same records.
  const byId = indexes.get(records) ?? new Map(records.map((record) => [record.runId, record]));
  indexes.set(records, byId);
  const ids = new Set(Object.values(row.cells).flatMap((cell) => cell?.runIds ?? []));
  return [...ids].flatMap((id) => byId.get(id) ?? []);
}

/** The configuration of a row's first run. */
export function configOf(row: ResultRow | undefined, records: readonly RunRecord[]): RunConfig | undefined {
  return row ? recordsOf(row, records)[0]?.config : undefined;
}

/**
 * Whether a row stands for BM25 alone, or for BM25 fused with the baseline: rankings made beside the baseline's runs, which
 * are no variants of the recipe.
 */
export const isBm25 = ({ key }: Pick<ResultRow, 'key'>): boolean => key === 'bm25';
export const isFused = ({ key }: Pick<ResultRow, 'key'>): boolean => key === 'fused';
export const isVariant = (row: Pick<ResultRow, 'key'>): boolean => !isBm25(row) && !isFused(row);

export function baselineRow(table: ResultTable): ResultRow | undefined {
  return table.rows.find(({ key }) => key === table.baseline);
}

/** The first column of which more is better: what the plots show. */
export function primaryColumn(table: ResultTable): ResultColumn | undefined {
  return table.columns.find(({ direction }) => direction === 'higher');
}

/** The first out-of-domain quality column, if any. */
export function outOfDomainColumn(table: ResultTable): ResultColumn | undefined {
  return table.columns.find(
    ({ key, label, direction }) => direction === 'higher' && /\bout|factbook|ood/i.test(`${key} ${label}`),
  );
}

/** The column that holds seconds, if any. */
export function secondsColumn(table: ResultTable): ResultColumn | undefined {
  return table.columns.find(({ key, unit }) => unit === 's' || /^seconds$/i.test(key));
}

export function numberAt(row: ResultRow | undefined, column: ResultColumn | undefined): number | undefined {
  const value = row && column ? row.cells[column.key]?.value : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** What each seed of a row has, and their standard deviation; undefined where there are not several. */
export function seedsAt(
  row: ResultRow,
  column: ResultColumn,
): { values: readonly number[]; spread: number } | undefined {
  const cell = row.cells[column.key];
  return cell?.values && cell.values.length > 1 && cell.spread !== undefined
    ? { values: cell.values, spread: cell.spread }
    : undefined;
}
