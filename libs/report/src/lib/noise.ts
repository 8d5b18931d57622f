import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { logOfValue, studentTwoSided } from '@tsarank/metrics';
import { mean, queryPairs } from './query-pairs';
import { numberAt, seedsAt } from './report-input';

/** How far a row's value could lie elsewhere by chance. */
export interface Noise {
  low: number;
  high: number;
  /** `seeds`: a standard deviation over seeds each way. `queries`: the 95% interval of the difference to the baseline. */
  of: 'seeds' | 'queries';
}

/**
 * The noise of a row's value: over its seeds where it has several, otherwise over the queries, as the 95% interval (Student's
 * t, not corrected for the number of rows) of its difference to the baseline. Undefined for the baseline with one seed, and
 * where the records lack the values.
 */
export function noiseAt(
  table: ResultTable,
  row: ResultRow,
  column: ResultColumn,
  records: readonly RunRecord[],
): Noise | undefined {
  const value = numberAt(row, column);
  if (value === undefined) return undefined;
  const seeds = seedsAt(row, column);
  if (seeds) return { low: value - seeds.spread, high: value + seeds.spread, of: 'seeds' };
  const scale = column.summary === 'geometric mean' ? logOfValue : (one: number): number => one;
  const differences = queryPairs(table, row, records, column.measure ?? column.key, column.set).map(
    ({ before, after }) => scale(mean(after)) - scale(mean(before)),
  );
  if (differences.length < 2) return undefined;
  const half = halfWidth(differences);
  switch (column.summary) {
    case 'geometric mean':
      return { low: value * Math.exp(-half), high: value * Math.exp(half), of: 'queries' };
    case 'sum':
      return { low: value - half * differences.length, high: value + half * differences.length, of: 'queries' };
    default:
      return { low: value - half, high: value + half, of: 'queries' };
  }
}

/** Half the 95% interval of a mean. */
function halfWidth(values: readonly number[]): number {
  const center = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
  return studentQuantile(values.length - 1) * Math.sqrt(variance / values.length);
}

/** The t whose two-sided p-value is 0.05, by bisection. */
function studentQuantile(degreesOfFreedom: number): number {
  let [low, high] = [1.9, 13]; // Infinitely many degrees of freedom have 1.960, one has 12.706.
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degreesOfFreedom) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
