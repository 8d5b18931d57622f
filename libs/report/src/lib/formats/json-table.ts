import type { ResultTable } from '@tsarank/ablation';
import { publishedContext } from '../published/published-context';
import type { PublishedContextOptions } from '../published/published-context';

/**
 * A result table as JSON, every value at full precision with its run ids, and the paper's context under `inThePaper`.
 * Numbers that JSON lacks (NaN, infinities) become null.
 */
export function toJson(table: ResultTable, context: Omit<PublishedContextOptions, 'table'> = {}): string {
  const inThePaper = publishedContext(table.experiment, { ...context, table });
  return `${JSON.stringify({ ...table, inThePaper }, null, 2)}\n`;
}
