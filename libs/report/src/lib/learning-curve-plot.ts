import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import type { LossCurve, LossRow } from './report-input';

const TERMS = ['loss', 'rank', 'nextToken', 'differencePenalty'] as const;
const NAMES: Record<(typeof TERMS)[number], string> = {
  loss: 'objective',
  rank: 'rank loss',
  nextToken: 'next-token loss',
  differencePenalty: 'difference penalty',
};
/** Points a line keeps: each is the mean of an equal share of the steps. */
const MOST_POINTS = 60;

/**
 * One plot for each stage and loss term that was logged: the baseline's line in colour, every other run thin. A stage
 * one that several rows share counts as the baseline's when it is one of them.
 */
export function learningCurvePlots(table: ResultTable, curves: readonly LossCurve[], records: readonly RunRecord[] = []): Plot[] {
  const parents = new Map(records.map(({ runId, parent }) => [runId, parent]));
  const owners = new Map<string, { label: string; isBaseline: boolean }>();
  for (const row of [...table.rows].sort((a, b) => Number(b.key === table.baseline) - Number(a.key === table.baseline))) {
    for (const id of Object.values(row.cells).flatMap((cell) => cell?.runIds ?? [])) {
      for (const own of [id, parents.get(id)]) {
        if (own !== undefined && !owners.has(own)) owners.set(own, { label: row.label, isBaseline: row.key === table.baseline });
      }
    }
  }
  const stages = ['pretrain', 'finetune'] as const;
  return stages.flatMap((stage) =>
    TERMS.filter((term) => stage === 'finetune' || term === 'loss').flatMap((term) => {
      const lines = curves
        .filter((curve) => curve.stage === stage)
        .map((curve) => ({ owner: owners.get(curve.runId) ?? { label: curve.runId, isBaseline: false }, points: thin(curve.rows, term) }))
        .filter(({ points }) => points.length > 1)
        .sort((a, b) => Number(a.owner.isBaseline) - Number(b.owner.isBaseline));
      return lines.length > 0 ? [plotOf(stage, term, lines)] : [];
    }),
  );
}

interface Line {
  owner: { label: string; isBaseline: boolean };
  points: [step: number, value: number][];
}

function plotOf(stage: LossCurve['stage'], term: (typeof TERMS)[number], lines: readonly Line[]): Plot {
  const name = `Stage ${stage === 'pretrain' ? 'one' : 'two'}: ${NAMES[term]}`;
  const single = lines.length === 1;
  const shown = lines.filter(({ owner }) => owner.isBaseline || single);
  const ends = (shown.length > 0 ? shown : lines).map(
    ({ owner, points }) => `${owner.label} from ${points[0]![1].toPrecision(3)} to ${points.at(-1)![1].toPrecision(3)}`,
  );
  return {
    id: `curve-${stage}-${term}`,
    title: `${name}, ${lines.length} ${single ? 'run' : 'runs'}: ${ends.join(', ')}.`,
    width: 360,
    height: 220,
    option: {
      grid: { left: 50, right: 16, top: 34, bottom: 44 },
      title: { text: name, left: 0, top: 0, textStyle: { color: INK.ink, fontSize: 12, fontWeight: 'normal' } },
      xAxis: {
        type: 'value', name: 'Step', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: INK.muted },
        axisLabel: { color: INK.muted }, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: INK.muted } },
        max: Math.max(...lines.map(({ points }) => points.at(-1)![0])), splitNumber: 4,
      },
      yAxis: {
        type: 'value', scale: true, splitNumber: 4, axisLabel: { color: INK.muted }, splitLine: { lineStyle: { color: INK.grid } },
      },
      series: lines.map(({ owner, points }) => ({
        type: 'line' as const, showSymbol: false, emphasis: { disabled: true }, data: points, z: owner.isBaseline ? 3 : 2,
        lineStyle: owner.isBaseline || single
          ? { color: INK.accent, width: 2.2 }
          : { color: INK.muted, width: 1, opacity: 0.55 },
      })),
    },
    tooltip: (series) => lines[series]?.owner.label,
  };
}

function thin(rows: readonly LossRow[], term: (typeof TERMS)[number]): [number, number][] {
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
