import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import type { LossCurve, LossRow } from '../report-input';

export const TERMS = ['loss', 'rank', 'nextToken', 'differencePenalty'] as const;
export type Term = (typeof TERMS)[number];

/** The curve of one row of the table: the mean of its seeds, and how far they lie apart. */
export interface MeanCurve {
  label: string;
  isBaseline: boolean;
  seeds: number;
  points: { step: number; mean: number; low: number; high: number }[];
}

/** Points a curve keeps: each is the mean of an equal share of the steps. */
const MOST_POINTS = 60;

/**
 * The curves of one stage and loss term, one for each row, the baseline's last. A stage one that several rows share
 * counts as the baseline's when it is one of them; a run of no row stands for itself.
 */
export function meanCurves(
  table: ResultTable,
  curves: readonly LossCurve[],
  records: readonly RunRecord[],
  { stage, term }: { stage: LossCurve['stage']; term: Term },
): MeanCurve[] {
  const owners = ownersOf(table, records);
  const groups = new Map<string, { label: string; isBaseline: boolean; runs: [number, number][][] }>();
  for (const curve of curves.filter((candidate) => candidate.stage === stage)) {
    const points = thinned(curve.rows, term);
    if (points.length < 2) continue;
    const owner = owners.get(curve.runId) ?? { key: `run ${curve.runId}`, label: curve.runId, isBaseline: false };
    const group = groups.get(owner.key) ?? { label: owner.label, isBaseline: owner.isBaseline, runs: [] };
    group.runs.push(points);
    groups.set(owner.key, group);
  }
  return [...groups.values()]
    .map(({ label, isBaseline, runs }) => ({ label, isBaseline, seeds: runs.length, points: merged(runs) }))
    .sort((a, b) => Number(a.isBaseline) - Number(b.isBaseline));
}

interface Owner {
  key: string;
  label: string;
  isBaseline: boolean;
}

function ownersOf(table: ResultTable, records: readonly RunRecord[]): Map<string, Owner> {
  const parents = new Map(records.map(({ runId, parent }) => [runId, parent]));
  const owners = new Map<string, Owner>();
  for (const row of [...table.rows].sort(
    (a, b) => Number(b.key === table.baseline) - Number(a.key === table.baseline),
  )) {
    for (const id of Object.values(row.cells).flatMap((cell) => cell?.runIds ?? [])) {
      for (const own of [id, parents.get(id)]) {
        if (own !== undefined && !owners.has(own))
          owners.set(own, { key: row.key, label: row.label, isBaseline: row.key === table.baseline });
      }
    }
  }
  return owners;
}

/** Point by point over the seeds; where one stopped early, over those that went on. */
function merged(runs: readonly (readonly [number, number][])[]): MeanCurve['points'] {
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a));
  return longest.map(([step], at) => {
    const values = runs.flatMap((run) => (run[at] ? [run[at][1]] : []));
    return {
      step,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
    };
  });
}

function thinned(rows: readonly LossRow[], term: Term): [number, number][] {
  const known = rows.flatMap((row): [number, number][] => {
    const value = row[term];
    return typeof value === 'number' && Number.isFinite(value) ? [[row.step, value]] : [];
  });
  const size = Math.max(1, Math.ceil(known.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(known.length / size) }, (_, at) => {
    const part = known.slice(at * size, (at + 1) * size);
    return [part.at(-1)![0], part.reduce((sum, [, value]) => sum + value, 0) / part.length];
  });
}
