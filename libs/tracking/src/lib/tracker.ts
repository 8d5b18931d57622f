import type { MetricDefinition } from './metric-definition';

/** What is told about a run before its first row. */
export interface TrackedRun {
  /** Letters, digits, `-`, `_` and `.`; the same id is the same run, so a run done again updates itself. */
  runId: string;
  project: string;
  entity?: string;
  group: string;
  jobType: string;
  name: string;
  notes?: string;
  tags: readonly string[];
  /** Nested; must be JSON. */
  config: Readonly<Record<string, unknown>>;
  /** A series (or glob such as `train/*`), its x axis and what the summary keeps of it. */
  metrics?: readonly MetricDefinition[];
  /** Rows that earlier attempts of this run have logged and that stand: where this attempt goes on. Default 0. */
  startingStep?: number;
  /** Host, program, node version, commit and so on: shown as the run's system information. JSON. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** A row's value. NaN and the infinities are kept. */
export type RowValue = number | string | boolean;

export interface TrackedTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** Told what happens in a run; decides nothing and never throws. */
export interface Tracker {
  /** One row of the history; its values become the summary's. `step` counts up over all attempts. */
  log(step: number, values: Readonly<Record<string, RowValue>>): void;
  /** Final figures: what tables of runs show and sort by. */
  summarize(values: Readonly<Record<string, unknown>>): void;
  /** A line that the run printed, with or without its line end. */
  console(line: string, stream: 'stdout' | 'stderr'): void;
  table(key: string, table: TrackedTable): void;
  /** Nothing is told after this. */
  finish(exitCode: number): void;
}

/** Several trackers as one: each is told everything, in the order given. */
export function severalTrackers(trackers: readonly Tracker[]): Tracker {
  return {
    log: (step, values) => trackers.forEach((tracker) => tracker.log(step, values)),
    summarize: (values) => trackers.forEach((tracker) => tracker.summarize(values)),
    console: (line, stream) => trackers.forEach((tracker) => tracker.console(line, stream)),
    table: (key, table) => trackers.forEach((tracker) => tracker.table(key, table)),
    finish: (exitCode) => trackers.forEach((tracker) => tracker.finish(exitCode)),
  };
}
