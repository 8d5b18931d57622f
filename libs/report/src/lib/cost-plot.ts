import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { formatValue } from './number-text';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import { numberAt } from './report-input';

/** Quality against seconds, a dot a variant; the seconds are on a log scale once they span a factor of 20. */
export function costPlot(
  table: ResultTable,
  { quality, seconds, id, width }: { quality: ResultColumn; seconds: ResultColumn; id: string; width: number },
): Plot | undefined {
  const points = table.rows.flatMap((row) => {
    const x = numberAt(row, seconds);
    const y = numberAt(row, quality);
    return x === undefined || y === undefined || x <= 0 ? [] : [{ row, x, y }];
  });
  if (points.length < 2) return undefined;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const log = Math.max(...xs) / Math.min(...xs) > 20;
  const room = (Math.max(...ys) - Math.min(...ys) || 0.01) * 0.12;
  return {
    id,
    title: `${quality.label} against seconds: ${points.map(({ row, x, y }) => `${row.label} ${formatValue(y, quality.digits)} in ${formatValue(x, 0)} s`).join(', ')}.`,
    width,
    height: width < 500 ? 300 : 360,
    option: {
      grid: { left: 52, right: 24, top: 30, bottom: 46 },
      title: { text: quality.label, left: 0, top: 0, textStyle: { color: INK.muted, fontSize: 12, fontWeight: 'normal' } },
      xAxis: {
        type: log ? 'log' : 'value', scale: true, name: 'Seconds', nameLocation: 'middle', nameGap: 28,
        ...(log ? {} : { min: 0 }),
        nameTextStyle: { color: INK.ink }, axisLabel: { color: INK.muted }, axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.muted } }, splitLine: { lineStyle: { color: INK.grid } },
      },
      yAxis: {
        type: 'value', min: Math.min(...ys) - room, max: Math.max(...ys) + room, splitNumber: 4,
        axisLabel: { color: INK.muted, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => formatValue(value, 3) },
        splitLine: { lineStyle: { color: INK.grid } },
      },
      series: [
        {
          type: 'scatter', symbolSize: 11, emphasis: { disabled: true }, labelLayout: { hideOverlap: true },
          data: points.map(({ row, x, y }) => ({
            value: [x, y],
            itemStyle: row.key === table.baseline
              ? { color: INK.accent }
              : { color: INK.paper, borderColor: INK.accent, borderWidth: 2 },
            label: {
              show: true, position: x > (Math.max(...xs) * 2) / 3 ? 'left' : 'right', distance: 7, color: INK.ink,
              fontSize: 11, width: width / 3, overflow: 'truncate', formatter: () => row.label,
            },
          })),
        },
      ],
    },
    tooltip: (_series, point) => {
      const at = points[point];
      return at ? `${at.row.label}: ${formatValue(at.y, quality.digits)} in ${formatValue(at.x, 0)} s` : undefined;
    },
  };
}
