import type { Summary } from '@tsarank/metrics';

/** One column of a table. */
export interface ResultColumn {
  key: string;
  label: string;
  unit?: string;
  /** Test set that a ranking measure is taken on, and the measure's name; absent for other columns. */
  set?: string;
  measure?: string;
  /** How the values of queries become the column's numbers, where that is no mean. */
  summary?: Summary;
  /** Which way is better. */
  direction: 'higher' | 'lower' | 'none';
  /** Decimals shown. */
  digits: number;
}

/** One number, and what stands behind it. */
export interface ResultCell {
  /** Mean over seeds of the measure over all queries (see `summary`); null when no run has it. */
  value: number | null;
  /** Sample standard deviation over seeds; from two seeds on. */
  spread?: number;
  /** Seeds behind the value. */
  n: number;
  /** What each run of `runIds` has; from two on. */
  values?: number[];
  /** Difference to the baseline by the measure's own summary over queries, of the seeds both have. */
  difference?: number;
  /** Of that difference, paired over queries, Holm-corrected over the column. */
  p?: number;
  /** What its runs are filed under: those that made the models, or without training the first scoring run. */
  runIds: string[];
  /** Scoring runs behind a ranking measure. */
  scores?: string[];
  /** Why the cell (or one of its seeds) is missing, and what fills it. */
  missing?: { why: string; command: string };
}

export interface ResultRow {
  /** `bm25`, `fused`, or the variant's name. */
  key: string;
  label: string;
  group?: string;
  /** By column key; a column that has no meaning for the row is absent. */
  cells: Record<string, ResultCell | undefined>;
}

export interface ResultTable {
  experiment: string;
  question: string;
  /** Key of the row that others are compared with. */
  baseline: string;
  columns: ResultColumn[];
  rows: ResultRow[];
  notes: string[];
}
