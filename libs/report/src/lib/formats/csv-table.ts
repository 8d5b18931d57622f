import type { ResultTable } from '@tsarank/ablation';

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
  const lines: (string | number | null | undefined)[][] = [HEAD];
  for (const row of table.rows) {
    for (const column of table.columns) {
      const cell = row.cells[column.key];
      if (!cell) continue;
      lines.push([
        text(table.experiment),
        text(row.group ?? ''),
        text(row.key),
        text(row.label),
        row.key === table.baseline ? 1 : 0,
        text(column.key),
        text(column.label),
        text(column.unit ?? ''),
        column.direction,
        cell.value,
        cell.spread,
        cell.n,
        cell.difference,
        cell.p,
        text(cell.runIds.join(' ')),
        (cell.values ?? []).join(' '),
        text(cell.missing?.why ?? ''),
        text(cell.missing?.command ?? ''),
      ]);
    }
  }
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

const text = (value: string): string => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
