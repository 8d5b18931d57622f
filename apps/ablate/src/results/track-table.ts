import path from 'node:path';
import type { ResultCell, ResultTable, SweepPlan } from '@tsarank/ablation';
import { canonicalJson, sha256 } from '@tsarank/io';
import type { TrackingRequest } from '@tsarank/runs';
import { contentsOf, readWandbLog, wandbLogs, wandbTracker, type TrackedTable } from '@tsarank/tracking';

/** Where an experiment keeps the W&B log of its table. */
export function tableLogFolder(out: string, experiment: string): string {
  return path.join(out, experiment, 'wandb');
}

/**
 * Writes the comparison table as a W&B run of its own, of job type `report`, unless a log of this very table is there:
 * W&B itself shows means over a group, without spread, tests or baselines.
 */
export function trackTable(
  plan: SweepPlan,
  request: TrackingRequest,
  { table, out }: { table: ResultTable; out: string },
): void {
  const dir = tableLogFolder(out, plan.spec.name);
  const runId = sha256(
    canonicalJson({ experiment: table.experiment, cells: plan.cells.map((cell) => cell.runId) }),
  ).slice(0, 16);
  const comparison = comparisonTable(table);
  const content = sha256(canonicalJson(comparison)).slice(0, 16);
  if (wandbLogs(dir).some(({ file }) => contentsOf(readWandbLog(file).records).summary['content'] === content)) return;
  const { project, entity, experiment, question, tags } = request;
  const tracker = wandbTracker(dir, {
    runId,
    project,
    ...(entity ? { entity } : {}),
    group: experiment,
    jobType: 'report',
    name: `${experiment}/table`,
    notes: question,
    tags: [...(experiment.length <= 64 ? [experiment] : []), ...tags],
    config: {
      experiment,
      question,
      baseline: table.baseline,
      seeds: [...plan.spec.seeds],
      measures: [...plan.spec.measures],
    },
  });
  tracker.table('comparison', comparison);
  tracker.summarize({ content, ...headline(table) });
  tracker.finish(0);
}

/** A row for each row of the table: value, spread, difference to the baseline and p of every column, and its runs. */
export function comparisonTable({ columns, rows, baseline }: ResultTable): TrackedTable {
  const parts = (cell: ResultCell | undefined): (number | null)[] => [
    cell?.value ?? null,
    cell?.spread ?? null,
    cell?.difference ?? null,
    cell?.p ?? null,
  ];
  return {
    columns: [
      'variant',
      'group',
      'baseline',
      ...columns.flatMap(({ label }) => [label, `${label} ±`, `${label} Δ`, `${label} p`]),
      'runs',
    ],
    rows: rows.map((row) => [
      row.label,
      row.group ?? null,
      row.key === baseline,
      ...columns.flatMap(({ key }) => parts(row.cells[key])),
      [...new Set(Object.values(row.cells).flatMap((cell) => cell?.runIds ?? []))].join(' '),
    ]),
  };
}

/** The baseline's own numbers. */
function headline({ columns, rows, baseline }: ResultTable): Record<string, number> {
  const row = rows.find(({ key }) => key === baseline);
  return Object.fromEntries(
    columns.flatMap(({ key }) => {
      const value = row?.cells[key]?.value;
      return typeof value === 'number' ? [[`table/${key}`, value]] : [];
    }),
  );
}
