/**
 * Groups sequences of near length, so that little is padding: longest first, each group as large as the bound allows
 * (rows x longest), one sequence at least. The same lengths always give the same groups.
 *
 * @param lengths Tokens of each sequence.
 * @param batchTokens Most tokens in a group, padding included.
 * @returns Indices into `lengths`, group by group.
 * @throws {RangeError} when the bound is not positive.
 *
 * @example
 * lengthBatches([2, 9, 3], 10); // [[1], [2, 0]]
 */
export function lengthBatches(lengths: readonly number[], batchTokens: number): number[][] {
  if (!(batchTokens > 0)) throw new RangeError(`batchTokens must be > 0, got ${batchTokens}`);
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  let current: number[] = [];
  for (const index of order) {
    const longest = lengths[current[0] ?? index]!;
    if (current.length > 0 && (current.length + 1) * longest > batchTokens) {
      batches.push(current);
      current = [];
    }
    current.push(index);
  }
  if (current.length > 0) batches.push(current);
  return batches;
}
