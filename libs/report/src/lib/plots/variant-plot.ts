import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { formatDifference, formatP, formatValue, significanceMark } from '../number-text';
import { INK, type Plot } from './plot-svg';
import { noiseAt } from '../noise';
import { baselineRow, isBm25, isVariant, numberAt, seedsAt } from '../report-input';
import { edgeNote, outside, rangeOf } from './axis-range';

/**
 * Every variant's quality as a dot on a stem that starts at the baseline, so that the stem is the difference; a bar across
 * it for the noise (`noiseAt`); a line at the baseline; a filled dot where p < 0.05. With several seeds a short stroke stands
 * for each. The axis reaches as far as the variants do: BM25 is a dashed line, or a note at the edge where it lies beyond.
 * Undefined when fewer than two variants have a value.
 */
export function variantPlot(
  table: ResultTable,
  column: ResultColumn,
  { id, width, records }: { id: string; width: number; records: readonly RunRecord[] },
): Plot | undefined {
  const rows = table.rows.filter(isVariant).flatMap((row) => {
    const value = numberAt(row, column);
    if (value === undefined) return [];
    const noise = noiseAt(table, row, column, records);
    return [{ ...row, value, cell: row.cells[column.key]!, seeds: seedsAt(row, column)?.values ?? [], noise }];
  });
  if (rows.length < 2) return undefined;
  const baseline = numberAt(baselineRow(table), column);
  const bm25 = numberAt(table.rows.find(isBm25), column);
  const range = rangeOf(
    rows.flatMap(({ value, seeds, noise }) => [value, ...seeds, ...(noise ? [noise.low, noise.high] : [])]),
    0.05,
  );
  const beyond = bm25 === undefined ? undefined : outside(bm25, range);
  const narrow = width < 500;
  const sign = column.direction === 'lower' ? -1 : 1;
  const colour = (row: (typeof rows)[number]): string => {
    if (row.key === table.baseline || baseline === undefined) return INK.ink;
    const gain = sign * (row.value - baseline);
    return Math.abs(gain) < 0.5 * 10 ** -column.digits ? INK.muted : gain > 0 ? INK.better : INK.worse;
  };
  const side = (row: (typeof rows)[number]): string => {
    const value = formatValue(row.value, column.digits);
    if (narrow || row.key === table.baseline || typeof row.cell.difference !== 'number') return value;
    return `${value}   ${formatDifference(row.cell.difference, column.digits).replace('-', '−')}${significanceMark(row.cell.p)}`;
  };
  const lines = [
    ...(baseline === undefined
      ? []
      : [{ xAxis: baseline, name: '', lineStyle: { color: INK.ink, type: 'solid' as const, width: 1 } }]),
    ...(bm25 === undefined || bm25 === baseline || beyond
      ? []
      : [{ xAxis: bm25, name: 'BM25', lineStyle: { color: INK.second, type: 'dashed' as const, width: 1.5 } }]),
  ];
  const labels = rows.map(({ label }) => label);
  const left = Math.min(narrow ? 140 : 280, 20 + 7 * Math.max(...labels.map((label) => label.length)));
  const right = narrow ? 56 : Math.max(64, 16 + 7 * Math.max(...rows.map((row) => side(row).length)));
  return {
    id,
    title: `${column.label} of ${rows.length} variants: ${rows.map((row) => `${row.label} ${formatValue(row.value, column.digits)}`).join(', ')}.`,
    width,
    height: 50 + rows.length * (narrow ? 29 : 28),
    option: {
      grid: { left, right, top: 22, bottom: 28 },
      ...(beyond && bm25 !== undefined
        ? {
            graphic: [
              edgeNote(
                `BM25 ${formatValue(bm25, column.digits)}`,
                { below: { left }, above: { right } }[beyond],
                beyond,
              ),
            ],
          }
        : {}),
      xAxis: {
        type: 'value',
        ...range,
        splitNumber: narrow ? 3 : 5,
        axisLabel: {
          color: INK.muted,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (value: number) => String(Number(value.toPrecision(4))),
        },
        axisLine: { show: false },
        splitLine: { lineStyle: { color: INK.grid } },
      },
      yAxis: [
        {
          type: 'category',
          data: labels,
          inverse: true,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: {
            color: INK.ink,
            width: left - 14,
            interval: 0,
            ...(narrow
              ? { overflow: 'break' as const, fontSize: 11, lineHeight: 12 }
              : { overflow: 'truncate' as const }),
          },
        },
        {
          type: 'category',
          data: rows.map(side),
          inverse: true,
          position: 'right',
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: INK.muted, interval: 0 },
        },
      ],
      series: [
        {
          type: 'custom',
          silent: true,
          z: 1,
          renderItem: (params, api) => {
            const row = rows[params.dataIndex]!;
            const [x1, y1] = api.coord([baseline ?? row.value, params.dataIndex]) as [number, number];
            const [x2, y2] = api.coord([row.value, params.dataIndex]) as [number, number];
            return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour(row), lineWidth: 2.5 } };
          },
          data: rows.map((row, at) => [row.value, at]),
        },
        {
          type: 'scatter',
          symbolSize: 11,
          z: 3,
          emphasis: { disabled: true },
          data: rows.map((row, at) => {
            const sure = row.key === table.baseline || significanceMark(row.cell.p) !== '';
            return {
              value: [row.value, at],
              itemStyle: {
                color: sure ? colour(row) : INK.paper,
                borderColor: colour(row),
                borderWidth: 2,
                opacity: 1,
              },
            };
          }),
          markLine: {
            silent: true,
            symbol: 'none',
            animation: false,
            precision: 12,
            data: lines,
            label: { position: 'start', distance: 4, color: INK.muted, formatter: ({ name }) => name },
          },
        },
        {
          type: 'custom',
          silent: true,
          z: 2,
          renderItem: (_params, api) => {
            const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
            return {
              type: 'line',
              shape: { x1: x, y1: y - 7, x2: x, y2: y + 7 },
              style: { stroke: colour(rows[Number(api.value(1))]!), lineWidth: 1.5 },
            };
          },
          data: rows.flatMap((row, at) => row.seeds.map((value) => [value, at])),
        },
        {
          type: 'custom',
          silent: true,
          z: 2,
          renderItem: (_params, api) => {
            const [x1, y] = api.coord([api.value(0), api.value(2)]) as [number, number];
            const [x2] = api.coord([api.value(1), api.value(2)]) as [number, number];
            const style = { stroke: colour(rows[Number(api.value(2))]!), lineWidth: 1.2 };
            const line = (from: number, to: number, y1: number, y2: number) => ({
              type: 'line' as const,
              shape: { x1: from, y1, x2: to, y2 },
              style,
            });
            return {
              type: 'group',
              children: [line(x1, x2, y, y), line(x1, x1, y - 4, y + 4), line(x2, x2, y - 4, y + 4)],
            };
          },
          data: rows.flatMap(({ noise }, at) => (noise ? [[noise.low, noise.high, at]] : [])),
        },
      ],
    },
    tooltip: (series, point) => {
      const row = series === 1 ? rows[point] : undefined;
      if (!row) return undefined;
      const p = typeof row.cell.p === 'number' ? `, ${formatP(row.cell.p)}` : '';
      return `${row.label}: ${side(row).trim()}${p}`;
    },
  };
}
