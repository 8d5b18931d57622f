import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PlannedCell, SweepPlan } from '@tsarank/ablation';
import { measuredRuns, readRecord, runFolder } from '@tsarank/runs';
import { parseMeasure, summarizeMeasure } from '@tsarank/metrics';

/** Which fine-tuned models a sweep leaves on the disk. */
export const KEEP = ['none', 'baseline', 'best', 'all'] as const;
export type Keep = (typeof KEEP)[number];

/** Without a choice, models below this size are all kept. */
const SMALL_BYTES = 100e6;

/** Removes fine-tuned models that nobody needs any more, as soon as the test sets are scored. */
export interface ModelKeeper {
  /** Whether a fine-tuned model has to be there at the end of the sweep. */
  wants(runId: string): boolean;
  /** A scoring run of this model has ended. */
  scored(runId: string): void;
  /** Looks at every model, those of earlier sweeps too. */
  tidy(): void;
}

/**
 * Keeps models by the choice: none; the baseline's; the best of each seed by the first measure on the first test set; all.
 * Without a choice, the baseline's and the best, and all of those below 100 MB. Stage-one models are always kept: what is
 * fine-tuned later starts from them. A model that is removed is made again by `ablate export --train`.
 */
export function modelKeeper(plan: SweepPlan, runsDir: string, keep: Keep | undefined): ModelKeeper {
  const tuned = new Set(plan.runs.filter(({ kind }) => kind === 'finetune').map(({ runId }) => runId));
  const cellsOf = new Map<string, PlannedCell[]>();
  for (const cell of plan.cells) {
    if (cell.model === undefined || !tuned.has(cell.model)) continue;
    cellsOf.set(cell.model, [...(cellsOf.get(cell.model) ?? []), cell]);
  }
  /** Seed -> the best so far. */
  const best = new Map<number, { runId: string; value: number }>();
  const isBaseline = (runId: string): boolean =>
    cellsOf.get(runId)!.some(({ variant }) => variant === plan.spec.baseline);
  const isKept = (runId: string): boolean => {
    const { model } = runFolder(runsDir, runId);
    if (keep === undefined && bytesIn(model) < SMALL_BYTES) return true;
    if ((keep === undefined || keep === 'baseline') && isBaseline(runId)) return true;
    const isBest = [...best.values()].some((each) => each.runId === runId);
    return (keep === undefined || keep === 'best') && isBest;
  };
  const consider = (runId: string): void => {
    if (keep === 'all') return;
    const { model } = runFolder(runsDir, runId);
    const cells = cellsOf.get(runId)!;
    const isScored = cells.every(({ scores }) => Object.values(scores).every((id) => readRecord(runsDir, id)));
    if (!isScored || !existsSync(model)) return;
    const beaten: string[] = [];
    for (const cell of cells) {
      const value = qualityOf(plan, cell, runsDir);
      const leader = best.get(cell.seed);
      if (value === undefined || (leader && leader.value >= value)) continue;
      best.set(cell.seed, { runId, value });
      if (leader) beaten.push(leader.runId);
    }
    for (const each of [runId, ...beaten]) {
      if (!isKept(each)) rmSync(runFolder(runsDir, each).model, { recursive: true, force: true });
    }
  };
  return {
    wants: (runId) => tuned.has(runId) && (keep === 'all' || (keep === 'baseline' && isBaseline(runId))),
    scored: (runId) => {
      if (tuned.has(runId)) consider(runId);
    },
    tidy: () => tuned.forEach(consider),
  };
}

/** The first measure on the first test set; undefined where that was not scored. */
function qualityOf(plan: SweepPlan, cell: PlannedCell, runsDir: string): number | undefined {
  const ids = [cell.model, ...Object.values(cell.scores)];
  for (let id = cell.model; id !== undefined; id = plan.runs.find(({ runId }) => runId === id)?.parent) ids.push(id);
  const records = new Map(ids.flatMap((id) => (id === undefined ? [] : [[id, readRecord(runsDir, id)!] as const])));
  const [first] = plan.spec.measures;
  const spec = { ...plan.spec, measures: [first!], baseline: '' };
  const found = measuredRuns({ ...plan, spec, cells: [cell] }, records, runsDir).get(cell.runId);
  const [set] = Object.keys(cell.scores);
  const values = Object.values(found?.result?.systems.model?.[set!]?.[first!] ?? {});
  return values.length > 0 ? summarizeMeasure(parseMeasure(first!), values) : undefined;
}

function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}
