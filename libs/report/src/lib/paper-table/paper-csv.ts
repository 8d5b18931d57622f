import { csvLines, csvText, type CsvField } from '../formats/csv-text';
import type { MissingValue } from './our-paper-row';
import type { PaperTable, PaperTableCell, PaperTableRow } from './paper-table';

const HEAD = [
  'table',
  'experiment',
  'origin',
  'section',
  'row',
  'label',
  'column',
  'column_label',
  'measure',
  'percent',
  'spread',
  'seeds',
  'model',
  'data',
  'candidates',
  'queries',
  'differences',
  'run_ids',
  'missing',
  'fill_command',
];

/**
 * A paper table as CSV in long form, one line a cell: where it comes from (`paper`, `ours`), its value in percent (as
 * printed, or ours at full precision), what stands behind it, and how it differs from the paper's setting.
 */
export function paperCsv(table: PaperTable): string {
  const lines: CsvField[][] = [HEAD];
  for (const { origin, heading, rows } of table.sections) {
    for (const row of rows) {
      table.columns.forEach((column, at) => {
        const cell = row.cells[at]!;
        lines.push([
          table.key,
          csvText(table.experiment),
          origin,
          csvText(heading),
          csvText(row.key),
          csvText(row.label),
          column.key,
          csvText(column.label),
          column.measure,
          cell.kind === 'value' ? cell.percent : undefined,
          cell.kind === 'value' ? cell.spread : undefined,
          cell.kind === 'value' ? cell.ours?.seeds : undefined,
          csvText(row.model ?? ''),
          csvText(row.data ?? ''),
          csvText(candidatesOf(cell, column.candidates)),
          cell.kind === 'value' ? cell.ours?.queries : undefined,
          csvText(differencesOf(row, cell).join(' ')),
          csvText(cell.kind === 'value' ? (cell.ours?.runIds ?? []).join(' ') : ''),
          csvText(missingOf(cell)?.why ?? ''),
          csvText(missingOf(cell)?.command ?? ''),
        ]);
      });
    }
  }
  return csvLines(lines);
}

const missingOf = (cell: PaperTableCell): MissingValue | undefined =>
  cell.kind === 'empty' ? undefined : cell.missing;

/** Ours, or those of the column for a printed value. */
function candidatesOf(cell: PaperTableCell, printed: string): string {
  if (cell.kind !== 'value') return '';
  return cell.ours?.candidates ?? printed;
}

function differencesOf(row: PaperTableRow, cell: PaperTableCell): string[] {
  return cell.kind === 'value' ? [...row.differences, ...cell.differences] : [];
}
