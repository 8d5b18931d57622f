/** Places of the rows whose mask is 1 in the flattened [B * S]. */
export function rowsWhere(mask: ArrayLike<number>): number[] {
  const rows: number[] = [];
  for (let row = 0; row < mask.length; row += 1) if (mask[row] === 1) rows.push(row);
  return rows;
}
