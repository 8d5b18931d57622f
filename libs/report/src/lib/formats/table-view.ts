import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { footnoteLetter, formatDifference, formatValue, significanceMark } from '../number-text';

/** What one cell shows, before any format's escaping. */
export type CellView =
  | {
      kind: 'value';
      value: string;
      /** The best shown value of its column, or the one after it. */
      place?: 'best' | 'second';
      /** Standard deviation over seeds, where there is more than one. */
      spread?: string;
      /** Signed difference to the baseline row. */
      difference?: string;
      /** Whether the difference is a gain, given the column's direction. */
      verdict?: 'better' | 'worse' | 'equal';
      mark: '' | '†' | '‡';
      p?: number;
      runIds: readonly string[];
      raw: number;
      /** Footnote, where some of the seeds behind the value are missing. */
      letter?: string;
    }
  /** A cell that should have a value; `letter` names its footnote. */
  | { kind: 'missing'; letter: string }
  /** A cell that has no meaning for its row. */
  | { kind: 'empty' };

export interface RowView {
  key: string;
  label: string;
  group?: string;
  isBaseline: boolean;
  /** In column order. */
  cells: CellView[];
}

export interface MissingNote {
  letter: string;
  /** `row label: why` */
  text: string;
  /** Fills the cell when run from the repository root. */
  command: string;
}

/** A result table with every decision about what is shown already taken; the formats only write it down. */
export interface TableView {
  columns: ResultColumn[];
  rows: RowView[];
  missing: MissingNote[];
  /** How to read bold, differences and marks; the table's own notes follow. */
  notes: string[];
  hasGroups: boolean;
}

/**
 * Decides what a table shows: rounded values, the best and the second best of each column (ties by the digits shown),
 * differences to the baseline with their marks, and one footnote for each reason and command by which a row's cells are
 * missing. Every row competes, BM25 too: where it is ahead, that is what a reader has to see first.
 *
 * @param secondBest How the format shows the second best of a column.
 */
export function tableView(table: ResultTable, secondBest: 'underlined' | 'italics' = 'underlined'): TableView {
  const columns = [...table.columns];
  const best = columns.map((column) => bestTexts(table, column));
  const missing: MissingNote[] = [];
  const rows = table.rows.map((row): RowView => {
    const isBaseline = row.key === table.baseline;
    const cells = columns.map((column, at): CellView => {
      const cell = row.cells[column.key];
      if (!cell) return { kind: 'empty' };
      const letter = cell.missing && noteFor(missing, `${row.label}: ${cell.missing.why}`, cell.missing.command);
      if (cell.value === null) return letter ? { kind: 'missing', letter } : { kind: 'empty' };
      const value = shownValue(cell.value, column);
      const difference = isBaseline ? undefined : cell.difference;
      return {
        kind: 'value',
        value,
        raw: cell.value,
        ...placeOf(value, best[at]!),
        ...(cell.spread === undefined ? {} : { spread: formatValue(cell.spread, column.digits) }),
        ...(difference === undefined
          ? {}
          : { difference: formatDifference(difference, column.digits), verdict: verdictOf(difference, column) }),
        mark: isBaseline ? '' : significanceMark(cell.p),
        ...(cell.p === undefined || isBaseline ? {} : { p: cell.p }),
        runIds: cell.runIds,
        ...(letter ? { letter } : {}),
      };
    });
    return { key: row.key, label: row.label, ...(row.group ? { group: row.group } : {}), isBaseline, cells };
  });
  return {
    columns,
    rows,
    missing,
    notes: [...legend(table, rows, secondBest), ...table.notes],
    hasGroups: rows.some((row) => row.group),
  };
}

/** A column's label with the way that is better: `nDCG@10 ↑`, and its unit where it has one. */
export function columnHeading({ label, unit, direction }: ResultColumn): string {
  const arrow = direction === 'higher' ? '\u00a0↑' : direction === 'lower' ? '\u00a0↓' : '';
  return `${label}${unit && !label.includes(unit) ? ` (${unit})` : ''}${arrow}`;
}

/** A p-value below what its digits can show is `<0.0001`, not 0. */
function shownValue(value: number, { key, digits }: ResultColumn): string {
  const smallest = 10 ** -digits;
  return key === 'p-value' && value < smallest ? `<${smallest.toFixed(digits)}` : formatValue(value, digits);
}

/** The two best values as shown; no second one where it would be the worst as well. */
function bestTexts(table: ResultTable, column: ResultColumn): readonly string[] {
  if (column.direction === 'none') return [];
  const sign = column.direction === 'higher' ? -1 : 1;
  const values = table.rows
    .map((row) => row.cells[column.key]?.value)
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (values.length < 2) return [];
  const texts = [...new Set(values.sort((a, b) => sign * (a - b)).map((value) => shownValue(value, column)))];
  return texts.slice(0, texts.length > 2 ? 2 : 1);
}

function placeOf(value: string, best: readonly string[]): { place?: 'best' | 'second' } {
  const at = best.indexOf(value);
  return at < 0 ? {} : { place: at === 0 ? 'best' : 'second' };
}

function verdictOf(difference: number, { direction, digits }: ResultColumn): 'better' | 'worse' | 'equal' {
  if (direction === 'none' || Number(difference.toFixed(digits)) === 0) return 'equal';
  return difference > 0 === (direction === 'higher') ? 'better' : 'worse';
}

function noteFor(missing: MissingNote[], text: string, command: string): string {
  const known = missing.find((note) => note.text === text && note.command === command);
  if (known) return known.letter;
  const letter = footnoteLetter(missing.length);
  missing.push({ letter, text, command });
  return letter;
}

function legend(table: ResultTable, rows: readonly RowView[], secondBest: string): string[] {
  const values = rows.flatMap((row) => row.cells).filter((cell) => cell.kind === 'value');
  const baseline = table.rows.find((row) => row.key === table.baseline)?.label ?? table.baseline;
  const second = values.some((cell) => cell.place === 'second') ? `; ${secondBest}: second best` : '';
  const parts = [
    values.some((cell) => cell.place === 'best') ? `Bold: best measured value of the column${second}.` : '',
    values.some((cell) => cell.difference) ? `Signed numbers: difference to “${baseline}”.` : '',
    values.some((cell) => cell.mark) ? '† p < 0.05, ‡ p < 0.01 against that row.' : '',
    values.some((cell) => cell.spread) ? '±: standard deviation over seeds.' : '',
  ].filter(Boolean);
  return parts.length > 0 ? [parts.join(' ')] : [];
}
