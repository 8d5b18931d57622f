import type { ResultTable } from '@tsarank/ablation';
import { jsonText } from './json-text';
import { publishedContext, type PublishedContextOptions } from '../published/published-context';

/**
 * A result table as JSON, every value at full precision with its run ids, and the paper's context under `inThePaper`.
 * Numbers that JSON lacks (NaN, infinities) become null; control characters and marks of direction that JSON allows as they
 * are become `\u` escapes, so that a terminal obeys none. Its columns are always the same, also where one is empty.
 */
export function toJson(table: ResultTable, context: Omit<PublishedContextOptions, 'table'> = {}): string {
  const inThePaper = publishedContext(table.experiment, { ...context, table });
  return jsonText({ ...table, inThePaper });
}
