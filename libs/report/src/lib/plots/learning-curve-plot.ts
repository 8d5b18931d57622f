import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { meanCurves, TERMS } from './learning-curves';
import type { MeanCurve, Term } from './learning-curves';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import type { LossCurve } from '../report-input';

const NAMES: Record<Term, string> = {
  loss: 'objective',
  rank: 'rank loss',
  nextToken: 'next-token loss',
  differencePenalty: 'difference penalty',
};

/**
 * One plot for each stage and loss term that was logged: the baseline's line in colour over the band of its seeds, every
 * other row thin.
 */
export function learningCurvePlots(
  table: ResultTable,
  curves: readonly LossCurve[],
  records: readonly RunRecord[] = [],
): Plot[] {
  return (['pretrain', 'finetune'] as const).flatMap((stage) =>
    TERMS.filter((term) => stage === 'finetune' || term === 'loss').flatMap((term) => {
      const lines = meanCurves(table, curves, records, { stage, term });
      return lines.length > 0 ? [plotOf(stage, term, lines)] : [];
    }),
  );
}

function plotOf(stage: LossCurve['stage'], term: Term, lines: readonly MeanCurve[]): Plot {
  const name = `Stage ${stage === 'pretrain' ? 'one' : 'two'}: ${NAMES[term]}`;
  const single = lines.length === 1;
  const shown = lines.filter(({ isBaseline }) => isBaseline || single);
  const banded = shown.filter(({ seeds }) => seeds > 1);
  const ends = (shown.length > 0 ? shown : lines).map(
    ({ label, points }) => `${label} from ${points[0]!.mean.toPrecision(3)} to ${points.at(-1)!.mean.toPrecision(3)}`,
  );
  const runs = lines.reduce((sum, { seeds }) => sum + seeds, 0);
  return {
    id: `curve-${stage}-${term}`,
    title: `${name}, ${runs} ${runs === 1 ? 'run' : 'runs'}: ${ends.join(', ')}.`,
    width: 360,
    height: 220,
    option: {
      grid: { left: 50, right: 16, top: 34, bottom: 44 },
      title: { text: name, left: 0, top: 0, textStyle: { color: INK.ink, fontSize: 12, fontWeight: 'normal' } },
      xAxis: {
        type: 'value',
        name: 'Step',
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: { color: INK.muted },
        axisLabel: { color: INK.muted },
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: { color: INK.muted } },
        max: Math.max(...lines.map(({ points }) => points.at(-1)!.step)),
        splitNumber: 4,
      },
      yAxis: {
        type: 'value',
        scale: true,
        splitNumber: 4,
        axisLabel: { color: INK.muted },
        splitLine: { lineStyle: { color: INK.grid } },
      },
      series: [
        ...lines.map(({ isBaseline, points }) => ({
          type: 'line' as const,
          showSymbol: false,
          emphasis: { disabled: true },
          data: points.map(({ step, mean }) => [step, mean]),
          z: isBaseline ? 3 : 2,
          lineStyle:
            isBaseline || single ? { color: INK.accent, width: 2.2 } : { color: INK.muted, width: 1, opacity: 0.55 },
        })),
        ...banded.map(({ points }) => ({
          type: 'custom' as const,
          silent: true,
          z: 1,
          data: points.flatMap(({ step, low, high }) => [
            [step, low],
            [step, high],
          ]),
          // One shape over all of them, drawn with the first.
          renderItem: (params: { dataIndex: number }, api: { coord: (point: number[]) => number[] }) => {
            if (params.dataIndex > 0) return null;
            const edge = [
              ...points.map(({ step, low }) => [step, low]),
              ...[...points].reverse().map(({ step, high }) => [step, high]),
            ];
            return {
              type: 'polygon' as const,
              shape: { points: edge.map((point) => api.coord(point)) },
              style: { fill: INK.accent, opacity: 0.18 },
            };
          },
        })),
      ],
    },
    tooltip: (series) => lines[series]?.label,
  };
}
