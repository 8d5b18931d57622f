/** One figure held against its limit. */
export interface Check {
  name: string;
  /** Absolute difference that was found. */
  difference: number;
  limit: number;
  /** What else should stand beside it: the values, how many. */
  note: string;
}

/** Largest absolute difference of two lists; infinite where they don't match or a value is missing. */
export function largestDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const differences = ours.map((value, index) => Math.abs(value - theirs[index]!));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences);
}

/** One line: whether it is within the limit, and the figures. */
export function formatCheck({ name, difference, limit, note }: Check): string {
  const verdict = difference <= limit ? 'agrees ' : 'DIFFERS';
  return `${verdict} ${name}: difference ${difference.toPrecision(2)}, limit ${limit}  (${note})`;
}
