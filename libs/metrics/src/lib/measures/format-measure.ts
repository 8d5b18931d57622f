import type { Measure } from './measure';

/** 'plain': label, tab. 'trec_eval': the label filled up with spaces to 22 characters, as trec_eval's own lines. */
export type MeasureLayout = 'plain' | 'trec_eval';

/**
 * One line of results as trec_eval prints it: measure, query id (or `all`) and value, with tabs between. Values have
 * four decimals, halves rounded to even as C's printf does; counts are whole.
 *
 * @example
 * formatMeasure(parseMeasure('nDCG@10'), 'all', 0.32181); // 'nDCG@10\tall\t0.3218'
 */
export function formatMeasure(
  measure: Pick<Measure, 'label' | 'integer'>,
  queryId: string,
  value: number,
  layout: MeasureLayout = 'plain',
): string {
  const label = layout === 'plain' ? measure.label : measure.label.padEnd(22);
  return `${label}\t${queryId}\t${measure.integer ? String(value) : fourDecimals(value)}`;
}

/** A double lies exactly between two 4-decimal numbers only as an odd multiple of 1/32. */
function fourDecimals(value: number): string {
  if (Math.abs((value * 32) % 2) !== 1) return value.toFixed(4);
  const lower = Math.floor(value * 10000);
  return ((lower % 2 === 0 ? lower : lower + 1) / 10000).toFixed(4);
}
