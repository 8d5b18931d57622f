import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { placeLabels } from './label-placement';
import { formatValue } from '../number-text';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import { numberAt } from '../report-input';

/** Pixels around the drawing area. */
const MARGIN = { left: 52, right: 16, top: 30, bottom: 46 };

/**
 * Quality against seconds, a dot a variant; the seconds are on a log scale once they span a factor of 20. Dots too
 * crowded for a label keep their tooltip.
 */
export function costPlot(
  table: ResultTable,
  { quality, seconds, id, width }: { quality: ResultColumn; seconds: ResultColumn; id: string; width: number },
): Plot | undefined {
  const points = table.rows
    .flatMap((row) => {
      const x = numberAt(row, seconds);
      const y = numberAt(row, quality);
      return x === undefined || y === undefined || x <= 0 ? [] : [{ row, x, y }];
    })
    // The baseline is drawn over the others and gets its label first.
    .sort((a, b) => Number(b.row.key === table.baseline) - Number(a.row.key === table.baseline));
  if (points.length < 2) return undefined;
  const height = width < 500 ? 320 : 380;
  const x = horizontal(points.map((point) => point.x));
  const y = padded(
    points.map((point) => point.y),
    0.12,
  );
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const between = ({ min, max }: Range, value: number): number => (value - min) / (max - min);
  const labels = placeLabels(
    points.map(({ row, ...at }) => ({
      text: row.label,
      x: MARGIN.left + (right - MARGIN.left) * between(x.scale, x.log ? Math.log(at.x) : at.x),
      y: bottom - (bottom - MARGIN.top) * between(y, at.y),
    })),
    { left: MARGIN.left, right: width, top: MARGIN.top - 12, bottom },
  );
  return {
    id,
    title: `${quality.label} against seconds: ${points.map(({ row, ...at }) => `${row.label} ${formatValue(at.y, quality.digits)} in ${formatValue(at.x, 0)} s`).join(', ')}.`,
    width,
    height,
    option: {
      grid: MARGIN,
      title: {
        text: quality.label,
        left: 0,
        top: 0,
        textStyle: { color: INK.muted, fontSize: 12, fontWeight: 'normal' },
      },
      xAxis: {
        type: x.log ? 'log' : 'value',
        min: x.min,
        max: x.max,
        name: 'Seconds',
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { color: INK.ink },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.muted } },
        axisLabel: { color: INK.muted, showMaxLabel: false, formatter: (value: number) => String(Math.round(value)) },
        splitLine: { lineStyle: { color: INK.grid } },
      },
      yAxis: {
        type: 'value',
        ...y,
        splitNumber: 4,
        axisLine: { show: false },
        splitLine: { lineStyle: { color: INK.grid } },
        axisLabel: {
          color: INK.muted,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (value: number) => formatValue(value, 3),
        },
      },
      series: [
        {
          type: 'scatter',
          symbolSize: 11,
          emphasis: { disabled: true },
          data: points.map(({ row, ...at }, index) => ({
            value: [at.x, at.y],
            itemStyle:
              row.key === table.baseline
                ? { color: INK.accent, opacity: 1 }
                : { color: INK.paper, borderColor: INK.accent, borderWidth: 2, opacity: 1 },
            label: {
              show: labels[index] !== undefined,
              position: labels[index] ?? 'right',
              distance: 4,
              color: INK.ink,
              fontSize: 11,
              formatter: () => row.label,
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

interface Range {
  min: number;
  max: number;
}

/** The axis of seconds; `scale` is its range in the units of its scale. */
function horizontal(values: readonly number[]): Range & { log: boolean; scale: Range } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high / low <= 20) return { min: 0, max: high * 1.08, log: false, scale: { min: 0, max: high * 1.08 } };
  const range = { min: low / 1.5, max: high * 1.5 };
  return { ...range, log: true, scale: { min: Math.log(range.min), max: Math.log(range.max) } };
}

function padded(values: readonly number[], share: number): Range {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const room = (max - min || 0.01) * share;
  return { min: min - room, max: max + room };
}
