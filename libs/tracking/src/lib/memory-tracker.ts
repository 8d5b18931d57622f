import type { RowValue, TrackedTable, Tracker } from './tracker';

/** A tracker that keeps what it is told; for specs. */
export interface MemoryTracker extends Tracker {
  readonly rows: readonly { step: number; values: Readonly<Record<string, RowValue>> }[];
  /** The last value of each series, and what was summarized. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly lines: readonly { line: string; stream: 'stdout' | 'stderr' }[];
  readonly tables: Readonly<Record<string, TrackedTable>>;
  readonly exitCode: number | undefined;
}

export function memoryTracker(): MemoryTracker {
  const rows: { step: number; values: Readonly<Record<string, RowValue>> }[] = [];
  const summary: Record<string, unknown> = {};
  const lines: { line: string; stream: 'stdout' | 'stderr' }[] = [];
  const tables: Record<string, TrackedTable> = {};
  let end: number | undefined;
  return {
    rows,
    summary,
    lines,
    tables,
    get exitCode() {
      return end;
    },
    log(step, values) {
      rows.push({ step, values: { ...values } });
      Object.assign(summary, values);
    },
    summarize: (values) => void Object.assign(summary, values),
    console: (line, stream) => void lines.push({ line, stream }),
    table: (key, table) => void (tables[key] = table),
    finish: (exitCode) => void (end = exitCode),
  };
}
