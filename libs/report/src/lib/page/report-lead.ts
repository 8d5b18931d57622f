import type { ResultTable } from '@tsarank/ablation';
import { formatDifference, formatP, formatValue } from '../number-text';
import { isBm25 } from '../published/published-context';
import { baselineRow, numberAt, primaryColumn } from '../report-input';

/** The table in three sentences: the baseline beside BM25, the best row, and how many rows differ for sure. */
export function reportLead(table: ResultTable): string {
  const column = primaryColumn(table);
  const baseline = baselineRow(table);
  const value = numberAt(baseline, column);
  if (!column || !baseline || value === undefined) return 'The baseline has no result yet.';
  const text = (of: number): string => formatValue(of, column.digits);
  const bm25Row = table.rows.find(({ key }) => isBm25(key));
  const bm25 = numberAt(bm25Row, column);
  const sure = (p: number | undefined): string => (p === undefined ? '' : `, ${formatP(p)}`);
  const beside =
    bm25 === undefined
      ? ''
      : ` BM25 alone has ${text(bm25)} (${signed(bm25 - value, column.digits)} to the baseline${sure(bm25Row?.cells[column.key]?.p)}).`;
  const measured = table.rows.flatMap((row) => {
    const own = numberAt(row, column);
    return own === undefined ? [] : [{ row, own }];
  });
  const best = measured.reduce((a, b) => (b.own > a.own ? b : a));
  const top =
    best.row.key === table.baseline || isBm25(best.row.key)
      ? ` No row is above ${best.row.label}.`
      : ` The highest is “${best.row.label}” with ${text(best.own)} (${signed(best.own - value, column.digits)}${sure(best.row.cells[column.key]?.p)}).`;
  const compared = measured.filter(({ row }) => row.key !== table.baseline && row.cells[column.key]?.p !== undefined);
  const different = compared.filter(({ row }) => row.cells[column.key]!.p! < 0.05);
  const share =
    compared.length > 0 ? ` ${different.length} of ${compared.length} rows differ from the baseline at p < 0.05.` : '';
  return `“${baseline.label}”, the baseline, reaches ${column.label} ${text(value)}.${beside}${top}${share}`;
}

const signed = (difference: number, digits: number): string => formatDifference(difference, digits).replace('-', '−');
