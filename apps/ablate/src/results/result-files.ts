import { existsSync } from 'node:fs';
import path from 'node:path';
import { summarize, type ResultTable, type SweepPlan } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { InputError, readJson, writeFileAtomic } from '@tsarank/io';
import { toCsv, toHtml, toJson, toLatex, toMarkdown, toRunsCsv } from '@tsarank/report';
import { measuredRuns, readRecords } from '@tsarank/runs';
import { runCommandText } from '../experiment/command-text';
import type { ExperimentOptions } from '../options/experiment-options';
import { collectionTexts, lossCurves, runAttempts } from './report-sources';

/** A sweep's table, and the records it was made from. */
export interface Results {
  table: ResultTable;
  /** What the cells' runs found, measured, and the stage-one runs before them. */
  records: RunRecord[];
}

/** The table as the records have it now. */
export function readResults(plan: SweepPlan, options: ExperimentOptions): Results {
  const all = readRecords(options.out);
  const measured = measuredRuns(plan, all, options.out);
  const table = summarize(plan, measured, { command: runCommandText(options), records: all });
  const stages = plan.runs.filter(({ kind, runId }) => kind === 'pretrain' && !measured.has(runId));
  return { table, records: [...measured.values(), ...stages.flatMap(({ runId }) => all.get(runId) ?? [])] };
}

/** The formats a table is written in. */
export const FORMATS = ['md', 'csv', 'cells.csv', 'json', 'tex', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** A sweep's table in one format. */
export function formatResults(
  format: Format,
  plan: SweepPlan,
  { table, records }: Results,
  options: ExperimentOptions,
): string {
  const { paper, baseline } = plan.spec;
  const baselineRun = plan.cells.find((cell) => cell.variant === baseline)?.runId;
  const config = plan.runs.find(({ runId }) => runId === baselineRun)?.config;
  switch (format) {
    case 'md':
      return toMarkdown(table, { config, paper });
    case 'csv':
      return toRunsCsv(plan, records);
    case 'cells.csv':
      return toCsv(table);
    case 'json':
      return toJson(table, { config, paper });
    case 'tex':
      return toLatex(table, { config, paper });
    case 'html':
      return toHtml({
        table,
        records,
        losses: lossCurves(options.out, records),
        texts: collectionTexts(records),
        attempts: runAttempts(options.out, records),
        commands: [runCommandText(options)],
        paper,
      });
  }
}

/** The table as it stands in a text that has its own heading and says its own question. */
export function markdownBlock({ table }: Results): string {
  return toMarkdown(table, { heading: false, published: false });
}

/**
 * Refuses to write over a table that says more: one of other runs, with fewer missing cells.
 *
 * @throws {InputError} naming the table and how to write it again.
 */
export function requireNoLoss({ spec }: SweepPlan, { table }: Results, { out }: ExperimentOptions): void {
  const file = path.join(out, spec.name, 'table.json');
  if (!existsSync(file)) return;
  const before = readJson(file) as Partial<ResultTable>;
  const missing = missingCells(table);
  if (missing === 0 || missing <= missingCells(before)) return;
  throw new InputError({
    file,
    found: `a table with ${missingCells(before)} missing cells; the one that these options make has ${missing}`,
    expected: "the sweep's own options (sweep.json beside the table holds those of its last run), or another --out",
  });
}

function missingCells({ rows = [] }: Partial<ResultTable>): number {
  return rows.flatMap(({ cells }) => Object.values(cells)).filter((cell) => cell?.missing).length;
}

/**
 * Writes `table.md`, `.csv` (a row a run), `.cells.csv` (a row a cell), `.json`, `.tex` and `report.html` under the experiment's name.
 *
 * @returns The files, by format.
 */
export function writeResults(plan: SweepPlan, results: Results, options: ExperimentOptions): Record<Format, string> {
  const folder = path.join(options.out, plan.spec.name);
  const files = FORMATS.map((format) => {
    const file = path.join(folder, format === 'html' ? 'report.html' : `table.${format}`);
    writeFileAtomic(file, formatResults(format, plan, results, options));
    return [format, file] as const;
  });
  return Object.fromEntries(files) as Record<Format, string>;
}
