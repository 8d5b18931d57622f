import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { configDifferences } from './config-differences';
import { formatValue } from './number-text';
import { INK } from './plot-ink';
import type { Plot } from './plot-svg';
import { isBm25 } from './published-context';
import { baselineRow, configOf, numberAt } from './report-input';

/** One setting and the rows that differ from the baseline in it alone, the baseline among them. */
export interface Sweep {
  path: string;
  label: string;
  points: { setting: number; row: ResultRow }[];
}

const LABELS: Record<string, string> = {
  'finetune.topLayers': 'Trainable layers (from the top)',
  'finetune.negatives': 'Negatives a query',
  'finetune.weights.rank': 'Weight of the rank loss',
  'finetune.weights.nextToken': 'Weight of the next-token loss',
  'finetune.weights.differencePenalty': 'Weight of the difference penalty',
};

/** The one-factor sweeps hidden in a table: numeric settings in which rows differ from the baseline and in nothing else. */
export function findSweeps(table: ResultTable, records: readonly RunRecord[]): Sweep[] {
  const baseline = baselineRow(table);
  const base = configOf(baseline, records);
  if (!baseline || !base) return [];
  const sweeps = new Map<string, Sweep>();
  for (const row of table.rows) {
    const config = configOf(row, records);
    const differences = config ? configDifferences(base, config) : [];
    const only = differences[0];
    if (differences.length !== 1 || typeof only?.from !== 'number' || typeof only.to !== 'number') continue;
    const sweep = sweeps.get(only.path) ?? {
      path: only.path,
      label: LABELS[only.path] ?? only.path,
      points: [{ setting: only.from, row: baseline }],
    };
    sweep.points.push({ setting: only.to, row });
    sweeps.set(only.path, sweep);
  }
  const order = Object.keys(LABELS);
  const rank = (path: string): number => (order.includes(path) ? order.indexOf(path) : order.length);
  return [...sweeps.values()]
    .map((sweep) => ({ ...sweep, points: sweep.points.sort((a, b) => position(sweep.path, a.setting) - position(sweep.path, b.setting)) }))
    .sort((a, b) => rank(a.path) - rank(b.path));
}

/** Zero trainable layers stands for every weight, so it comes last. */
const position = (path: string, setting: number): number =>
  path.endsWith('.topLayers') && setting === 0 ? Infinity : setting;

const settingLabel = (path: string, setting: number): string =>
  path.endsWith('.topLayers') && setting === 0 ? 'all' : String(setting);

/** One column against one setting, equally spaced; the baseline's point is ringed, BM25 a dashed line. */
export function sweepPlot(table: ResultTable, sweep: Sweep, column: ResultColumn, id: string): Plot | undefined {
  const points = sweep.points.flatMap(({ setting, row }) => {
    const value = numberAt(row, column);
    return value === undefined ? [] : [{ name: settingLabel(sweep.path, setting), row, value }];
  });
  if (points.length < 2) return undefined;
  const bm25 = numberAt(table.rows.find(({ key }) => isBm25(key)), column);
  const values = [...points.map(({ value }) => value), ...(bm25 === undefined ? [] : [bm25])];
  const room = (Math.max(...values) - Math.min(...values) || 0.01) * 0.18;
  return {
    id,
    title: `${column.label} against ${sweep.label.toLowerCase()}: ${points.map(({ name, value }) => `${name}: ${formatValue(value, column.digits)}`).join(', ')}.`,
    width: 360,
    height: 230,
    option: {
      grid: { left: 50, right: 16, top: 34, bottom: 46 },
      title: { text: column.label, left: 0, top: 0, textStyle: { color: INK.muted, fontSize: 12, fontWeight: 'normal' } },
      xAxis: {
        type: 'category', data: points.map(({ name }) => name), name: sweep.label, nameLocation: 'middle', nameGap: 28,
        nameTextStyle: { color: INK.ink }, axisLabel: { color: INK.muted, interval: 0 }, axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.muted } },
      },
      yAxis: {
        type: 'value', min: Math.min(...values) - room, max: Math.max(...values) + room, splitNumber: 4,
        axisLabel: { color: INK.muted, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => formatValue(value, 3) },
        splitLine: { show: false },
      },
      series: [
        {
          type: 'line', symbol: 'circle', symbolSize: 9, emphasis: { disabled: true }, lineStyle: { color: INK.accent, width: 2 },
          data: points.map(({ row, value }) => ({
            value,
            itemStyle: row.key === table.baseline
              ? { color: INK.paper, borderColor: INK.accent, borderWidth: 2.5 }
              : { color: INK.accent },
          })),
          markLine: {
            silent: true, symbol: 'none', animation: false,
            data: bm25 === undefined ? [] : [{ yAxis: bm25, name: 'BM25', lineStyle: { color: INK.second, type: 'dashed', width: 1.5 } }],
            label: { position: 'insideEndTop', color: INK.muted, formatter: ({ name }) => name },
          },
        },
      ],
    },
    tooltip: (_series, point) => {
      const at = points[point];
      return at ? `${at.row.label}: ${formatValue(at.value, column.digits)}` : undefined;
    },
  };
}
