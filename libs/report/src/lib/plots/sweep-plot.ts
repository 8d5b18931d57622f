import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import type { CustomSeriesOption, ScatterSeriesOption } from 'echarts';
import { settingText } from '../config-differences';
import { position } from './find-sweeps';
import type { Sweep } from './find-sweeps';
import { formatValue } from '../number-text';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import { isBm25 } from '../published/published-context';
import { differenceError } from '../query-values';
import { baselineRow, numberAt, seedsAt } from '../report-input';

/** BM25 is drawn where it lies within this share of the other values' range beside them. */
const NEAR = 0.5;

const STYLES = [
  { color: INK.accent, type: 'solid' },
  { color: INK.worse, type: 'dashed' },
  { color: INK.better, type: 'dotted' },
] as const;

/**
 * One column against a setting (or several of one kind), equally spaced; the baseline is ringed and has a thin line, BM25 a
 * dashed one, or a note where it lies so far off that it would flatten the others. With several seeds a bar spans a standard
 * deviation each way, and each seed is a small dot; with one, a bar spans 1.96 standard errors of the difference to the
 * baseline over queries.
 */
export function sweepPlot(
  table: ResultTable,
  sweep: Sweep,
  column: ResultColumn,
  { id, width, records = [] }: { id: string; width: number; records?: readonly RunRecord[] },
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
                bar: barOf(table, row, column, records),
                seeds: seedsAt(row, column)?.values ?? [],
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
  const spans = all.flatMap(({ value, bar = 0, seeds }) => [value - bar, value + bar, ...seeds]);
  const [lowest, highest] = [Math.min(...spans), Math.max(...spans)];
  const reach = highest - lowest || 0.01;
  const isNear = bm25 !== undefined && bm25 >= lowest - NEAR * reach && bm25 <= highest + NEAR * reach;
  const values = isNear ? [...spans, bm25] : spans;
  const far =
    bm25 === undefined || isNear
      ? ''
      : `  (BM25 ${formatValue(bm25, column.digits)}, ${bm25 > highest ? 'above' : 'below'})`;
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
        text: `${column.label}${far}`,
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
            ...(line === 0
              ? { markLine: referenceLines(numberAt(baselineRow(table), column), isNear ? bm25 : undefined) }
              : {}),
          };
        }),
        ...lines.flatMap(({ points }, line) => seedSeries(points, names, STYLES[line % STYLES.length]!.color)),
      ],
    },
    tooltip: (series, at) => {
      const point = lines[series]?.points.find(({ name }) => name === names[at]);
      if (!point) return undefined;
      const spread = point.bar === undefined ? '' : ` ±${formatValue(point.bar, column.digits)}`;
      return `${point.row.label}: ${formatValue(point.value, column.digits)}${spread}`;
    },
  };
}

interface SeedPoint {
  name: string;
  value: number;
  /** Half the length of its bar. */
  bar: number | undefined;
  seeds: readonly number[];
}

/** Bars and dots behind the line. */
function seedSeries(
  points: readonly SeedPoint[],
  names: readonly string[],
  color: string,
): (CustomSeriesOption | ScatterSeriesOption)[] {
  const several = points.flatMap(({ name, value, bar, seeds }) =>
    bar === undefined ? [] : [{ at: names.indexOf(name), value, bar, seeds }],
  );
  if (several.length === 0) return [];
  return [
    {
      type: 'custom',
      silent: true,
      z: 1,
      data: several.map(({ at, value, bar }) => [at, value - bar, value + bar]),
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
      data: several.flatMap(({ at, seeds }) => seeds.map((value) => [at, value])),
    },
  ];
}

/** Half the length of a row's bar, if it has one. */
function barOf(
  table: ResultTable,
  row: ResultRow,
  column: ResultColumn,
  records: readonly RunRecord[],
): number | undefined {
  const seeds = seedsAt(row, column);
  if (seeds) return seeds.spread;
  const error = differenceError(table, row, records, column);
  return error === undefined ? undefined : 1.96 * error;
}

function referenceLines(baseline: number | undefined, bm25: number | undefined) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    precision: 12,
    data: [
      ...(baseline === undefined
        ? []
        : [{ yAxis: baseline, name: '', lineStyle: { color: INK.muted, type: 'solid' as const, width: 0.75 } }]),
      ...(bm25 === undefined
        ? []
        : [{ yAxis: bm25, name: 'BM25', lineStyle: { color: INK.second, type: 'dashed' as const, width: 1.5 } }]),
    ],
    label: { position: 'insideEndTop' as const, color: INK.muted, formatter: ({ name }: { name: string }) => name },
  };
}
