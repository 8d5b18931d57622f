import type { ResultTable } from '@tsarank/ablation';
import { publishedContext, type PublishedContextOptions } from '../published/published-context';

/**
 * A result table as JSON, every value at full precision with its run ids, and the paper's context under `inThePaper`.
 * Numbers that JSON lacks (NaN, infinities) become null; control characters and marks of direction that JSON allows as they
 * are become `\u` escapes, so that a terminal obeys none. Its columns are always the same, also where one is empty.
 */
export function toJson(table: ResultTable, context: Omit<PublishedContextOptions, 'table'> = {}): string {
  const inThePaper = publishedContext(table.experiment, { ...context, table });
  return `${JSON.stringify({ ...table, inThePaper }, null, 2).replace(UNPRINTABLE, escaped)}\n`;
}

const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escaped = (character: string): string => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
