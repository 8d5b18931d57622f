/** A value with its column's digits: 0.31239 -> `0.3124`; never `-0.000`. */
export function formatValue(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** A difference with its sign, ASCII: `+0.012`, `-0.004`, `±0.000` where the digits shown are all 0. */
export function formatDifference(difference: number, digits: number): string {
  const text = formatValue(Math.abs(difference), digits);
  if (Number(text) === 0) return `±${text}`;
  return `${difference < 0 ? '-' : '+'}${text}`;
}

/** A p-value for reading: `p = 0.032`, `p < 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** † below 0.05, ‡ below 0.01, nothing otherwise. */
export function significanceMark(p: number | null | undefined): '' | '†' | '‡' {
  if (p === null || p === undefined || !(p < 0.05)) return '';
  return p < 0.01 ? '‡' : '†';
}

/** 0 -> `a`, 25 -> `z`, 26 -> `aa`: the letters of footnotes. */
export function footnoteLetter(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : footnoteLetter(Math.floor(index / 26) - 1) + letter;
}
