import type { ResultColumn, ResultRow, ResultTable } from '@tsarank/ablation';
import { formatDifference, formatP, formatValue } from '../number-text';
import { isBm25 } from '../published/published-context';
import { baselineRow, numberAt, primaryColumn } from '../report-input';

/** Variants that are named in a sentence; the table has the others. */
const NAMED = 4;
/** Below it a difference is more than noise. */
const LEVEL = 0.05;

interface Compared {
  row: ResultRow;
  difference: number;
  p: number;
}

/**
 * The table's answer: which variants are above or below the baseline for sure, what is within noise, and BM25 beside them.
 * BM25 and runs fused with it are no variants: they are not counted.
 */
export function reportLead(table: ResultTable): string {
  const column = primaryColumn(table);
  const baseline = baselineRow(table);
  const value = numberAt(baseline, column);
  if (!column || !baseline || value === undefined) return 'The baseline has no result yet.';
  const compared = table.rows.flatMap((row): Compared[] => {
    const own = numberAt(row, column);
    const p = row.cells[column.key]?.p;
    const isVariant = row.key !== table.baseline && !isBm25(row.key) && row.key !== 'fused';
    return isVariant && own !== undefined && typeof p === 'number' ? [{ row, difference: own - value, p }] : [];
  });
  const better = column.direction === 'lower' ? -1 : 1;
  const sure = compared.filter(({ p }) => p < LEVEL);
  const above = sure.filter(({ difference }) => better * difference > 0);
  const below = sure.filter(({ difference }) => better * difference <= 0);
  const within = compared.filter(({ p }) => !(p < LEVEL));
  const sentences = [
    `The baseline “${baseline.label}” has ${column.label} ${formatValue(value, column.digits)}.`,
    ...(compared.length === 0
      ? []
      : [
          `${said('Better', above, column)} ${said('Worse', below, column)}`,
          ...(within.length === 0 ? [] : [withinNoise(within, compared.length, column)]),
        ]),
    ...bm25Beside(table, column, value),
  ];
  return sentences.join(' ');
}

/** `Worse than it at p < 0.05: “Zero-shot” (−0.046, p < 0.001).` */
function said(side: 'Better' | 'Worse', rows: readonly Compared[], column: ResultColumn): string {
  const start = `${side} than it at p < ${LEVEL}:`;
  if (rows.length === 0) return `${start} none.`;
  const largest = [...rows].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const named = largest
    .slice(0, NAMED)
    .map(({ row, difference, p }) => `“${row.label}” (${signed(difference, column.digits)}, ${formatP(p)})`);
  const more = largest.length - named.length;
  return `${start} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function withinNoise(within: readonly Compared[], count: number, column: ResultColumn): string {
  const most = Math.max(...within.map(({ difference }) => Math.abs(difference)));
  const who =
    within.length === count
      ? count === 1
        ? 'The other variant is'
        : `All ${count} variants are`
      : within.length === 1
        ? 'One variant is'
        : `${within.length} of ${count} variants are`;
  return `${who} within noise: differences up to ${formatValue(most, column.digits)} that may be chance.`;
}

function bm25Beside(table: ResultTable, column: ResultColumn, value: number): string[] {
  const row = table.rows.find(({ key }) => isBm25(key));
  const own = numberAt(row, column);
  if (own === undefined) return [];
  const p = row!.cells[column.key]?.p;
  const sure = typeof p === 'number' ? `, ${formatP(p)}` : '';
  return [
    `BM25 alone has ${formatValue(own, column.digits)} (${signed(own - value, column.digits)} to the baseline${sure}).`,
  ];
}

const signed = (difference: number, digits: number): string => formatDifference(difference, digits).replace('-', '−');
