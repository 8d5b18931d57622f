/** Lengths below this are stored exactly. */
const EXACT_LENGTHS = 24;

/**
 * A document's length as Lucene's one-byte norm gives it back: exact up to 39, above that only the leading four bits
 * of (length - 24) survive, rounded down.
 *
 * @param length Number of terms, an integer of 0 or more.
 *
 * Source: Lucene 9, SmallFloat.intToByte4 and byte4ToInt.
 *
 * @example
 * storedLength(100); // 24 + 72 = 96
 */
export function storedLength(length: number): number {
  if (length < EXACT_LENGTHS) return length;
  const rest = length - EXACT_LENGTHS;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(rest, 1))) - 3);
  return EXACT_LENGTHS + Math.floor(rest / step) * step;
}
