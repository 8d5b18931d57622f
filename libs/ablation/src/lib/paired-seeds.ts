import type { RowRuns } from './row-runs';

/**
 * Whether the variants of each seed were trained on the same examples in the same order, as their records tell: only
 * then does a difference between two variants owe nothing to the draw.
 *
 * @returns A note; undefined where fewer than two variants have such a record.
 */
export function pairedSeedsNote(rows: readonly RowRuns[]): string | undefined {
  /** By seed: order -> labels of the rows that have it. */
  const seeds = new Map<number, Map<string, string[]>>();
  for (const { label, system, runs } of rows) {
    for (const { seed, record } of system === 'model' ? runs : []) {
      const order = record?.result?.order?.finetune;
      if (order === undefined) continue;
      const orders = seeds.get(seed) ?? new Map<string, string[]>();
      seeds.set(seed, orders.set(order, [...(orders.get(order) ?? []), label]));
    }
  }
  const counts = [...seeds.values()].map((orders) =>
    [...orders.values()].reduce((sum, labels) => sum + labels.length, 0),
  );
  if (!counts.some((count) => count > 1)) return undefined;
  const others = new Set([...seeds.values()].flatMap((orders) => withoutLargest([...orders.values()]).flat()));
  const paired = `Seeds are paired: at each seed the fine-tuned variants took the same training queries in the same order`;
  return others.size === 0 ? `${paired}.` : `${paired}, except ${[...others].join(', ')}.`;
}

function withoutLargest(groups: readonly string[][]): string[][] {
  const largest = groups.reduce((most, group) => (group.length > most.length ? group : most), [] as string[]);
  return groups.filter((group) => group !== largest);
}
