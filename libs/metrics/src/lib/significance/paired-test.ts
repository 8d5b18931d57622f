import { Random } from '@tsarank/random';
import { studentTwoSided } from './student-t';

export type PairedTestName = 'paired t' | 'randomization';

export interface PairedTestOptions {
  /** Default 'paired t'. */
  readonly test?: PairedTestName;
  /** Sign flips drawn where not all can be tried; default 10,000. Randomization only. */
  readonly rounds?: number;
  /** Seed of the drawn flips; default 0. Randomization only. */
  readonly seed?: number;
}

export interface PairedTestResult {
  /** Mean of a minus mean of b. */
  readonly difference: number;
  /** Two-sided p-value. */
  readonly p: number;
  readonly test: PairedTestName;
  /** Pairs compared. */
  readonly pairs: number;
}

/** Up to this many pairs every pattern of signs is tried. */
const EXHAUSTIVE_PAIRS = 13;

/**
 * Are two systems different over the same queries? Two-sided.
 *
 * - 'paired t': t = mean(d) / (sd(d) / sqrt(n)) with n - 1 degrees of freedom, d = a - b.
 * - 'randomization' (Fisher): the share of sign patterns of d whose mean is as far from 0 as the one seen; all 2^n of
 *   them up to 13 pairs, else (hits + 1) / (rounds + 1) over seeded draws.
 *
 * Equal systems have p = 1. One pair alone tells nothing by the t-test: p = 1.
 *
 * @param a Values by query: two arrays in the same order, or two maps with the same keys.
 * @throws {RangeError} when the two don't belong to the same queries, or there are none.
 *
 * Source: Smucker, Allan and Carterette 2007, "A comparison of statistical significance tests for IR evaluation".
 *
 * @example
 * pairedTest([1, 2, 3, 4], [0, 2, 1, 3]).p; // t = 2.4495 with 3 degrees of freedom: 0.0917
 */
export function pairedTest(
  a: readonly number[] | ReadonlyMap<string, number>,
  b: readonly number[] | ReadonlyMap<string, number>,
  { test = 'paired t', rounds = 10_000, seed = 0 }: PairedTestOptions = {},
): PairedTestResult {
  const differences = pairedDifferences(a, b);
  const pairs = differences.length;
  const difference = sum(differences) / pairs;
  const p = test === 'paired t' ? tTest(differences, difference) : randomization(differences, rounds, seed);
  return { difference, p, test, pairs };
}

function pairedDifferences(
  a: readonly number[] | ReadonlyMap<string, number>,
  b: readonly number[] | ReadonlyMap<string, number>,
): number[] {
  const left = 'size' in a ? [...a.values()] : a;
  const size = 'size' in b ? b.size : b.length;
  if (left.length === 0) throw new RangeError('no queries to compare');
  if (left.length !== size) throw new RangeError(`the two have ${left.length} and ${size} values`);
  if (!('size' in a) || !('size' in b)) {
    const right = 'size' in b ? [...b.values()] : b;
    return left.map((value, index) => value - right[index]!);
  }
  return [...a].map(([queryId, value]) => {
    const other = b.get(queryId);
    if (other === undefined) throw new RangeError(`query "${queryId}" has no value in the second system`);
    return value - other;
  });
}

function tTest(differences: readonly number[], mean: number): number {
  const n = differences.length;
  if (n < 2 || differences.every((value) => value === 0)) return 1;
  const variance = sum(differences.map((value) => (value - mean) ** 2)) / (n - 1);
  return studentTwoSided(mean / Math.sqrt(variance / n), n - 1);
}

function randomization(differences: readonly number[], rounds: number, seed: number): number {
  const n = differences.length;
  // Rounding must not make the pattern seen look less extreme than itself.
  const limit = Math.abs(sum(differences)) - 1e-12 * sum(differences.map(Math.abs));
  let hits = 0;
  if (n <= EXHAUSTIVE_PAIRS) {
    const patterns = 2 ** n;
    for (let pattern = 0; pattern < patterns; pattern += 1) {
      let total = 0;
      for (let index = 0; index < n; index += 1)
        total += (pattern >> index) & 1 ? -differences[index]! : differences[index]!;
      if (Math.abs(total) >= limit) hits += 1;
    }
    return hits / patterns;
  }
  const random = Random.fromSeed(seed, 'randomization test');
  for (let round = 0; round < rounds; round += 1) {
    let total = 0;
    for (const value of differences) total += random.nextFloat() < 0.5 ? -value : value;
    if (Math.abs(total) >= limit) hits += 1;
  }
  return (hits + 1) / (rounds + 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
