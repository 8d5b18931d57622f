/**
 * Holm's step-down correction of p-values for a family of tests; the family-wise error stays at the level for any
 * dependence between them.
 *
 *   sorted p_(1) <= … <= p_(m):  adjusted p_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))
 *
 * @returns Adjusted p-values in the order given.
 *
 * Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
 *
 * @example
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  order.forEach((index, step) => {
    largest = Math.max(largest, Math.min(1, (ps.length - step) * ps[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
