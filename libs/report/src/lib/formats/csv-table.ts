import type { ResultTable } from '@tsarank/ablation';
import { csvLines, csvText, type CsvField } from './csv-text';

const HEAD = [
  'experiment',
  'group',
  'variant',
  'label',
  'baseline',
  'column',
  'column_label',
  'unit',
  'direction',
  'value',
  'spread',
  'n',
  'difference',
  'p',
  'run_ids',
  'run_values',
  'missing',
  'fill_command',
];

/**
 * A result table as CSV in long form, one line a cell: full precision, run ids, each run's own value where there are
 * several, and, for a missing cell, its reason and command. RFC 4180 quoting, lines end in CRLF; text that a spreadsheet would run as a formula gets a leading
 * apostrophe.
 */
export function toCsv(table: ResultTable): string {
  const lines: CsvField[][] = [HEAD];
  for (const row of table.rows) {
    for (const column of table.columns) {
      const cell = row.cells[column.key];
      if (!cell) continue;
      lines.push([
        csvText(table.experiment),
        csvText(row.group ?? ''),
        csvText(row.key),
        csvText(row.label),
        row.key === table.baseline ? 1 : 0,
        csvText(column.key),
        csvText(column.label),
        csvText(column.unit ?? ''),
        column.direction,
        cell.value,
        cell.spread,
        cell.n,
        cell.difference,
        cell.p,
        csvText(cell.runIds.join(' ')),
        (cell.values ?? []).join(' '),
        csvText(cell.missing?.why ?? ''),
        csvText(cell.missing?.command ?? ''),
      ]);
    }
  }
  return csvLines(lines);
}
