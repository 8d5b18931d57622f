import type { ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { configDifferences } from '../config-differences';
import { isBm25 } from '../published/published-context';
import { baselineRow, configOf } from '../report-input';

/** What a setting is about, where several settings are about one thing or its path says it badly. */
const KINDS: readonly [RegExp, string][] = [
  [/^(pretrain|finetune)$/, 'Stages'],
  [/^finetune\.topLayers$/, 'Trainable layers'],
  [/^(pretrain|finetune)\.lora(\.|$)/, 'Adapters'],
  [/^finetune\.negatives$/, 'Negatives'],
  [/^finetune\.weights(\.|$)/, 'Losses'],
];

/**
 * The kind of each row, by key, to choose rows by: its group where it has one, otherwise the setting in which it differs
 * from the baseline.
 */
export function rowKinds(table: ResultTable, records: readonly RunRecord[]): Map<string, string> {
  const base = configOf(baselineRow(table), records);
  return new Map(
    table.rows.map((row) => {
      if (isBm25(row.key) || row.key === 'fused') return [row.key, 'BM25 and fusion'];
      if (row.key === table.baseline) return [row.key, 'Baseline'];
      return [row.key, row.group ?? kindOf(row, base, records)];
    }),
  );
}

function kindOf(row: ResultRow, base: unknown, records: readonly RunRecord[]): string {
  const config = configOf(row, records);
  const paths = base && config ? configDifferences(base, config).map(({ path }) => path) : [];
  const kinds = new Set(paths.map((path) => KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? path));
  return kinds.size > 1 ? 'Several settings' : ([...kinds][0] ?? 'Others');
}
