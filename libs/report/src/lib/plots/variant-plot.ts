import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { formatDifference, formatP, formatValue, significanceMark } from '../number-text';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import { isBm25 } from '../published/published-context';
import { baselineRow, numberAt, seedsAt } from '../report-input';

/**
 * Every variant's quality as a dot on a stem that starts at the baseline, so that the stem is the difference; dashed
 * lines at the baseline and at BM25; a filled dot where p < 0.05. With several seeds a short stroke stands for each.
 * Undefined when fewer than two rows have a value.
 */
export function variantPlot(
  table: ResultTable,
  column: ResultColumn,
  { id, width }: { id: string; width: number },
): Plot | undefined {
  const rows = table.rows.flatMap((row) => {
    const value = numberAt(row, column);
    return value === undefined
      ? []
      : [{ ...row, value, cell: row.cells[column.key]!, seeds: seedsAt(row, column)?.values ?? [] }];
  });
  if (rows.length < 2) return undefined;
  const baseline = numberAt(baselineRow(table), column);
  const bm25 = rows.find(({ key }) => isBm25(key))?.value;
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
    ...(bm25 === undefined || bm25 === baseline
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
      xAxis: {
        type: 'value',
        scale: true,
        splitNumber: narrow ? 3 : 5,
        boundaryGap: ['2%', '6%'],
        axisLabel: { color: INK.muted },
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
