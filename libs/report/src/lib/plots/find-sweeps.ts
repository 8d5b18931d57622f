import type { ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { configDifferences } from '../config-differences';
import { baselineRow, configOf } from '../report-input';

/** One numeric setting and the rows that differ from the baseline in it alone, the baseline among them. */
export interface SweptSetting {
  /** `finetune.topLayers` */
  path: string;
  label: string;
  /** In the order of the axis. */
  points: { setting: number; row: ResultRow }[];
}

/** What one plot shows: a setting, or the weights of the losses together. */
export interface Sweep {
  label: string;
  settings: SweptSetting[];
}

const LABELS: Record<string, string> = {
  'finetune.topLayers': 'Trainable layers (from the top)',
  'finetune.lora.rank': 'Rank of the adapters',
  'finetune.negatives': 'Negatives a query',
  'finetune.weights.rank': 'rank',
  'finetune.weights.nextToken': 'next token',
  'finetune.weights.differencePenalty': 'difference penalty',
};
const WEIGHTS = 'finetune.weights.';

/** The one-factor sweeps hidden in a table: numeric settings in which rows differ from the baseline and in nothing else. */
export function findSweeps(table: ResultTable, records: readonly RunRecord[]): Sweep[] {
  const baseline = baselineRow(table);
  const base = configOf(baseline, records);
  if (!baseline || !base) return [];
  const found = new Map<string, SweptSetting>();
  for (const row of table.rows) {
    const config = configOf(row, records);
    const differences = config ? configDifferences(base, config) : [];
    const only = differences[0];
    if (differences.length !== 1 || typeof only?.from !== 'number' || typeof only.to !== 'number') continue;
    const points = found.get(only.path)?.points ?? [{ setting: only.from, row: baseline }];
    found.set(only.path, {
      path: only.path,
      label: LABELS[only.path] ?? only.path,
      points: [...points, { setting: only.to, row }],
    });
  }
  const order = [...Object.keys(LABELS), ...found.keys()];
  const settings = [...found.values()]
    .sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path))
    .map((setting) => ({
      ...setting,
      points: [...setting.points].sort((a, b) => position(setting.path, a.setting) - position(setting.path, b.setting)),
    }));
  const weights = settings.filter(({ path }) => path.startsWith(WEIGHTS));
  const others = settings.filter(({ path }) => !path.startsWith(WEIGHTS));
  return [
    ...others.map((setting) => ({ label: setting.label, settings: [setting] })),
    ...(weights.length > 0 ? [{ label: 'Weight of the loss', settings: weights }] : []),
  ];
}

/** Zero trainable layers stands for every weight, so it comes last. */
export function position(path: string, setting: number): number {
  return path.endsWith('.topLayers') && setting === 0 ? Infinity : setting;
}
