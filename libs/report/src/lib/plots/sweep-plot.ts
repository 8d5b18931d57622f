import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import type { CustomSeriesOption, ScatterSeriesOption } from 'echarts';
import { settingText } from '../config-differences';
import { position, type Sweep } from './find-sweeps';
import { formatValue } from '../number-text';
import { INK, type Plot } from './plot-svg';
import { noiseAt, type Noise } from '../noise';
import { baselineRow, isBm25, numberAt, seedsAt } from '../report-input';
import { edgeNote, outside, rangeOf } from './axis-range';

const STYLES = [
  { color: INK.accent, type: 'solid' },
  { color: INK.worse, type: 'dashed' },
  { color: INK.better, type: 'dotted' },
] as const;

/**
 * One column against a setting (or several of one kind), equally spaced; the baseline is ringed, with a thin line at its
 * height. Bars are the noise (`noiseAt`), and each of several seeds is a small dot. The axis reaches as far as the variants do:
 * BM25 is a dashed line, or a note at the edge where it lies beyond.
 */
export function sweepPlot(
  table: ResultTable,
  sweep: Sweep,
  column: ResultColumn,
  { id, width, records }: { id: string; width: number; records: readonly RunRecord[] },
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
                seeds: seedsAt(row, column)?.values ?? [],
                noise: noiseAt(table, row, column, records),
              },
            ];
      }),
    }))
    .filter(({ points }) => points.length > 1);
  if (lines.length === 0) return undefined;
  const bm25 = numberAt(table.rows.find(isBm25), column);
  const all = lines.flatMap(({ points }) => points);
  const names = [...new Map(all.sort((a, b) => a.at - b.at).map(({ name }) => [name, name])).keys()];
  const range = rangeOf(
    all.flatMap(({ value, seeds, noise }) => [value, ...seeds, ...(noise ? [noise.low, noise.high] : [])]),
    0.15,
  );
  const beyond = bm25 === undefined ? undefined : outside(bm25, range);
  const several = lines.length > 1;
  return {
    id,
    title: `${column.label} against ${sweep.label}. ${lines
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
      ...(beyond && bm25 !== undefined
        ? { graphic: [edgeNote(`BM25 ${formatValue(bm25, column.digits)}`, { right: 18 }, beyond, true)] }
        : {}),
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
        ...range,
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
              ? { markLine: levels(numberAt(baselineRow(table), column), beyond ? undefined : bm25) }
              : {}),
          };
        }),
        ...lines.flatMap(({ points }, line) => noiseSeries(points, names, STYLES[line % STYLES.length]!.color)),
      ],
    },
    tooltip: (series, at) => {
      const point = lines[series]?.points.find(({ name }) => name === names[at]);
      if (!point) return undefined;
      return `${point.row.label}: ${formatValue(point.value, column.digits)}${noiseText(point.noise, column)}`;
    },
  };
}

interface SeedPoint {
  name: string;
  value: number;
  seeds: readonly number[];
  noise: Noise | undefined;
}

/** Bars and dots behind the line. */
function noiseSeries(
  points: readonly SeedPoint[],
  names: readonly string[],
  color: string,
): (CustomSeriesOption | ScatterSeriesOption)[] {
  const bars = points.flatMap(({ name, noise }) => (noise ? [[names.indexOf(name), noise.low, noise.high]] : []));
  if (bars.length === 0) return [];
  return [
    {
      type: 'custom',
      silent: true,
      z: 1,
      data: bars,
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
      data: points.flatMap(({ name, seeds }) => seeds.map((value) => [names.indexOf(name), value])),
    },
  ];
}

/** The baseline's height, and BM25's. */
function levels(baseline: number | undefined, bm25: number | undefined) {
  const line = (yAxis: number, name: string, color: string, type: 'solid' | 'dashed', width: number) => ({
    yAxis,
    name,
    lineStyle: { color, type, width },
  });
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    precision: 12,
    data: [
      ...(baseline === undefined ? [] : [line(baseline, '', INK.muted, 'solid', 0.75)]),
      ...(bm25 === undefined ? [] : [line(bm25, 'BM25', INK.second, 'dashed', 1.5)]),
    ],
    label: { position: 'insideEndTop' as const, color: INK.muted, formatter: ({ name }: { name: string }) => name },
  };
}

function noiseText(noise: Noise | undefined, { digits }: ResultColumn): string {
  return noise ? ` (${formatValue(noise.low, digits)} to ${formatValue(noise.high, digits)})` : '';
}
