import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { CustomSeriesOption, ScatterSeriesOption } from 'echarts';
import { settingText } from '../config-differences';
import { position, type Sweep } from './find-sweeps';
import { formatValue } from '../number-text';
import { INK, type Plot } from './plot-svg';
import { isBm25 } from '../published/published-context';
import { numberAt, seedsAt } from '../report-input';

const STYLES = [
  { color: INK.accent, type: 'solid' },
  { color: INK.worse, type: 'dashed' },
  { color: INK.better, type: 'dotted' },
] as const;

/**
 * One column against a setting (or several of one kind), equally spaced; the baseline is ringed, BM25 a dashed line. With
 * several seeds a bar spans a standard deviation each way, and each seed is a small dot.
 */
export function sweepPlot(
  table: ResultTable,
  sweep: Sweep,
  column: ResultColumn,
  { id, width }: { id: string; width: number },
): Plot | undefined {
  const lines = sweep.settings
    .map(({ path, label, points }) => ({
      label,
      points: points.flatMap(({ setting, row }) => {
        const value = numberAt(row, column);
        return value === undefined
          ? []
          : [
              {
                setting,
                at: position(path, setting),
                name: settingText(setting, path),
                row,
                value,
                seeds: seedsAt(row, column),
              },
            ];
      }),
    }))
    .filter(({ points }) => points.length > 1);
  if (lines.length === 0) return undefined;
  const bm25 = numberAt(
    table.rows.find(({ key }) => isBm25(key)),
    column,
  );
  const all = lines.flatMap(({ points }) => points);
  const names = [...new Map(all.sort((a, b) => a.at - b.at).map(({ name }) => [name, name])).keys()];
  const spans = all.flatMap(({ value, seeds }) =>
    seeds ? [value - seeds.spread, value + seeds.spread, ...seeds.values] : [value],
  );
  const values = [...spans, ...(bm25 === undefined ? [] : [bm25])];
  const room = (Math.max(...values) - Math.min(...values) || 0.01) * 0.18;
  const several = lines.length > 1;
  return {
    id,
    title: `${column.label} against ${sweep.label.toLowerCase()}. ${lines
      .map(
        ({ label, points }) =>
          `${several ? `${label}: ` : ''}${points.map(({ name, value }) => `${name}: ${formatValue(value, column.digits)}`).join(', ')}`,
      )
      .join('; ')}.`,
    width,
    height: several ? 270 : 250,
    option: {
      grid: { left: 50, right: 16, top: several ? 56 : 34, bottom: 46 },
      title: {
        text: column.label,
        left: 0,
        top: 0,
        textStyle: { color: INK.muted, fontSize: 12, fontWeight: 'normal' },
      },
      legend: {
        show: several,
        top: 20,
        left: 44,
        itemWidth: 26,
        itemGap: 16,
        data: lines.map(({ label }) => label),
        textStyle: { color: INK.ink, fontSize: 11 },
        selectedMode: false,
        inactiveBorderColor: INK.muted,
      },
      xAxis: {
        type: 'category',
        data: names,
        name: sweep.label,
        nameLocation: 'middle',
        nameGap: 28,
        boundaryGap: true,
        nameTextStyle: { color: INK.ink },
        axisLabel: { color: INK.muted, interval: 0 },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.muted } },
      },
      yAxis: {
        type: 'value',
        min: Math.min(...values) - room,
        max: Math.max(...values) + room,
        splitNumber: 4,
        axisLabel: {
          color: INK.muted,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (value: number) => formatValue(value, 3),
        },
        splitLine: { show: false },
      },
      series: [
        ...lines.map(({ label, points }, line) => {
          const { color, type } = STYLES[line % STYLES.length]!;
          return {
            type: 'line' as const,
            name: label,
            symbol: 'circle',
            symbolSize: 9,
            emphasis: { disabled: true },
            connectNulls: true,
            lineStyle: { color, width: 2, type },
            itemStyle: { color },
            data: names.map((name) => {
              const point = points.find((candidate) => candidate.name === name);
              if (!point) return null;
              const ring = { color: INK.paper, borderColor: several ? INK.ink : color, borderWidth: 2.5 };
              return { value: point.value, itemStyle: point.row.key === table.baseline ? ring : { color } };
            }),
            ...(line === 0 ? { markLine: bm25Line(bm25) } : {}),
          };
        }),
        ...lines.flatMap(({ points }, line) => seedSeries(points, names, STYLES[line % STYLES.length]!.color)),
      ],
    },
    tooltip: (series, at) => {
      const point = lines[series]?.points.find(({ name }) => name === names[at]);
      if (!point) return undefined;
      const spread = point.seeds ? ` ±${formatValue(point.seeds.spread, column.digits)}` : '';
      return `${point.row.label}: ${formatValue(point.value, column.digits)}${spread}`;
    },
  };
}

interface SeedPoint {
  name: string;
  value: number;
  seeds: { values: readonly number[]; spread: number } | undefined;
}

/** Bars and dots behind the line. */
function seedSeries(
  points: readonly SeedPoint[],
  names: readonly string[],
  color: string,
): (CustomSeriesOption | ScatterSeriesOption)[] {
  const several = points.flatMap(({ name, value, seeds }) =>
    seeds ? [{ at: names.indexOf(name), value, seeds }] : [],
  );
  if (several.length === 0) return [];
  return [
    {
      type: 'custom',
      silent: true,
      z: 1,
      data: several.map(({ at, value, seeds: { spread } }) => [at, value - spread, value + spread]),
      renderItem: (_params, api) => {
        const [x, low] = api.coord([api.value(0), api.value(1)]) as [number, number];
        const [, high] = api.coord([api.value(0), api.value(2)]) as [number, number];
        const line = (x1: number, y1: number, x2: number, y2: number) => ({
          type: 'line' as const,
          shape: { x1, y1, x2, y2 },
          style: { stroke: color, lineWidth: 1.5 },
        });
        return {
          type: 'group',
          children: [line(x, low, x, high), line(x - 5, low, x + 5, low), line(x - 5, high, x + 5, high)],
        };
      },
    },
    {
      type: 'scatter',
      silent: true,
      z: 1,
      symbolSize: 4,
      symbolOffset: [9, 0],
      itemStyle: { color, opacity: 0.75 },
      data: several.flatMap(({ at, seeds }) => seeds.values.map((value) => [at, value])),
    },
  ];
}

function bm25Line(bm25: number | undefined) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    precision: 12,
    data:
      bm25 === undefined
        ? []
        : [{ yAxis: bm25, name: 'BM25', lineStyle: { color: INK.second, type: 'dashed' as const, width: 1.5 } }],
    label: { position: 'insideEndTop' as const, color: INK.muted, formatter: ({ name }: { name: string }) => name },
  };
}
