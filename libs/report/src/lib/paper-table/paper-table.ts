import { footnoteLetter, formatValue } from '../number-text';
import { publishedTable, type PublishedColumn, type PublishedTable } from '../published/published-results';
import { settingDifferences, trainingDifferences } from './setting-differences';
import type { MissingValue, OurPaperRow, OurPaperValue } from './our-paper-row';

/** What stands behind one of our values. */
export type ValueSource = Pick<OurPaperValue, 'candidates' | 'queries' | 'runIds' | 'seeds'>;

/** One cell of a paper table, with every decision about what is shown already taken. */
export type PaperTableCell =
  | {
      kind: 'value';
      /** Percent: as printed, or ours at full precision. */
      percent: number;
      /** With the one digit that the paper prints. */
      text: string;
      /** The best of its column among the paper's rows, or among ours. */
      best: boolean;
      /** Standard deviation over seeds, percent; ours alone. */
      spread?: number;
      /** Footnotes. */
      letters: readonly string[];
      /** How ours differs from the paper's setting; empty where it does not, and for printed values. */
      differences: readonly string[];
      ours?: ValueSource;
      /** Set where some of its seeds have no run yet. */
      missing?: MissingValue;
    }
  | { kind: 'missing'; letters: readonly string[]; missing: MissingValue }
  /** An average of ours over columns that are not all there. */
  | { kind: 'empty' };

export interface PaperTableRow {
  key: string;
  label: string;
  /** Footnotes that hold for the whole row. */
  letters: readonly string[];
  /** How the row differs from the paper's in model and training data. */
  differences: readonly string[];
  model: string | null;
  data: string | null;
  /** In column order. */
  cells: readonly PaperTableCell[];
}

export interface PaperTableSection {
  origin: 'paper' | 'ours';
  heading: string;
  rows: readonly PaperTableRow[];
}

export interface PaperFootnote {
  letter: string;
  text: string;
  /** Fills the cells that carry the letter, when run from the repository root. */
  command?: string;
}

/** A published table with our rows under it. */
export interface PaperTable {
  key: PublishedTable['key'];
  experiment: string;
  title: string;
  setting: string;
  source: string;
  columns: readonly PublishedColumn[];
  /** The paper's rows by their kind, then ours. */
  sections: readonly PaperTableSection[];
  /** In the order in which a reader meets their letters. */
  footnotes: readonly PaperFootnote[];
  notes: readonly string[];
}

export interface PaperTableOptions {
  /** Name of the experiment that our rows come from. */
  experiment: string;
  /** More to say under the table, such as which of our test sets it has no column for. */
  notes?: readonly string[];
}

const KINDS = {
  retrieval: 'First stage',
  'other reranker': 'Other rerankers',
  'two-stage recipe': 'Two-stage recipe',
} as const;

/**
 * The published table as printed, and our rows under it. Where ours differ from its setting, footnotes say how: the row
 * for model and training data, each cell for candidates and queries. Bold is the best of a column among the paper's rows
 * and, on its own, among ours. Our averages are means of the unrounded values, and stand only where every column has one.
 *
 * The same input always gives the same table.
 */
export function paperTable(
  key: PublishedTable['key'],
  ours: readonly OurPaperRow[],
  { experiment, notes = [] }: PaperTableOptions,
): PaperTable {
  const table = publishedTable(key);
  const footnotes: PaperFootnote[] = [];
  const note = (text: string, command?: string): string => {
    const known = footnotes.find((each) => each.text === text && each.command === command);
    if (known) return known.letter;
    const letter = footnoteLetter(footnotes.length);
    footnotes.push({ letter, text, ...(command === undefined ? {} : { command }) });
    return letter;
  };
  const printed = printedSections(table, note);
  const own = ourSections(table, ours, { experiment, note });
  return {
    key,
    experiment,
    title: table.title,
    setting: table.setting,
    source: table.source,
    columns: table.columns,
    sections: [...printed, ...own],
    footnotes,
    notes: [...legend(own), ...table.notes.flatMap(({ text, cell }) => (cell ? [] : [text])), ...notes],
  };
}

/** Gives a footnote its letter. */
type Note = (text: string, command?: string) => string;

function printedSections(table: PublishedTable, note: Note): PaperTableSection[] {
  const best = bestTexts(table.rows.map(({ values }) => values.map(percentText)));
  const kinds = [...new Set(table.rows.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    origin: 'paper',
    heading: KINDS[kind],
    rows: table.rows
      .filter((row) => row.kind === kind)
      .map(({ label, values }): PaperTableRow => ({
        key: label,
        label,
        letters: [],
        differences: [],
        model: kind === 'retrieval' ? null : label,
        data: kind === 'retrieval' ? null : table.training,
        cells: table.columns.map((column, at): PaperTableCell => {
          const text = percentText(values[at]!);
          const said = table.notes.filter(({ cell }) => cell?.[0] === label && cell[1] === column.key);
          return {
            kind: 'value',
            percent: values[at]!,
            text,
            best: best[at]!.has(text),
            letters: said.map((each) => note(each.text)),
            differences: [],
          };
        }),
      })),
  }));
}

function ourSections(
  table: PublishedTable,
  ours: readonly OurPaperRow[],
  { experiment, note }: { experiment: string; note: Note },
): PaperTableSection[] {
  const cells = ours.map((row) => table.columns.map((column) => ourCell(table, row, column)));
  const best = bestTexts(cells.map((row) => row.map((cell) => (cell.kind === 'value' ? cell.text : undefined))));
  const sections: { origin: 'ours'; heading: string; rows: PaperTableRow[] }[] = [];
  ours.forEach((row, rowAt) => {
    const heading = `Ours: ${experiment}${row.group ? `, ${row.group}` : ''}`;
    const differences = trainingDifferences(row, table);
    const shown: PaperTableRow = {
      key: row.key,
      label: row.label,
      letters: differences.map((text) => note(text)),
      differences,
      model: row.model,
      data: row.data,
      cells: cells[rowAt]!.map((cell, at): PaperTableCell => {
        if (cell.kind === 'empty') return cell;
        const letters = cell.kind === 'value' ? cell.differences.map((text) => note(text)) : [];
        const { missing } = cell;
        if (missing) letters.push(note(missing.why, missing.command));
        letters.sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
        return cell.kind === 'missing' ? { ...cell, letters } : { ...cell, letters, best: best[at]!.has(cell.text) };
      }),
    };
    const last = sections.at(-1);
    if (last?.heading === heading) last.rows.push(shown);
    else sections.push({ origin: 'ours', heading, rows: [shown] });
  });
  return sections;
}

/** Without its letters, and not yet compared with others. */
function ourCell(table: PublishedTable, row: OurPaperRow, column: PublishedColumn): PaperTableCell {
  if (column.set === undefined) return averageCell(table, row);
  const cell = row.cells[column.key];
  if (!cell) return { kind: 'empty' };
  if (!('value' in cell)) return { kind: 'missing', letters: [], missing: cell.missing };
  const { value, spread, missing, candidates, queries, runIds, seeds } = cell;
  const ours = { candidates, ...(queries === undefined ? {} : { queries }), runIds, seeds };
  return {
    ...valueCell(100 * value, settingDifferences(cell, { row, column }), ours),
    ...(spread === undefined ? {} : { spread: 100 * spread }),
    ...(missing ? { missing } : {}),
  };
}

/** Of every other column; it differs from the paper's where one of them does. */
function averageCell(table: PublishedTable, row: OurPaperRow): PaperTableCell {
  const columns = table.columns.filter(({ set }) => set !== undefined);
  const parts = columns.map((column) => ({ column, cell: row.cells[column.key] }));
  const values = parts.flatMap(({ column, cell }) => (cell && 'value' in cell ? [{ column, cell }] : []));
  if (values.length < columns.length) return { kind: 'empty' };
  const differences = values.flatMap(({ column, cell }) => settingDifferences(cell, { row, column }));
  const average = mean(values.map(({ cell }) => cell.value));
  const spread = spreadOfAverage(values.map(({ cell }) => cell));
  return {
    ...valueCell(100 * average, [...new Set(differences)], {
      candidates: [...new Set(values.map(({ cell }) => cell.candidates))].join(', '),
      runIds: [...new Set(values.flatMap(({ cell }) => cell.runIds))],
      seeds: Math.min(...values.map(({ cell }) => cell.seeds)),
    }),
    ...(spread === undefined ? {} : { spread: 100 * spread }),
  };
}

/** Over seeds, of each seed's own average; undefined where a column lacks seeds. */
function spreadOfAverage(cells: readonly OurPaperValue[]): number | undefined {
  const seeds = cells[0]!.values?.length ?? 0;
  if (seeds < 2 || cells.some(({ values, missing }) => missing || values?.length !== seeds)) return undefined;
  const averages = Array.from({ length: seeds }, (_, seed) => mean(cells.map(({ values }) => values![seed]!)));
  const center = mean(averages);
  return Math.sqrt(averages.reduce((sum, value) => sum + (value - center) ** 2, 0) / (seeds - 1));
}

function valueCell(
  percent: number,
  differences: readonly string[],
  ours: ValueSource,
): PaperTableCell & { kind: 'value' } {
  return { kind: 'value', percent, text: percentText(percent), best: false, letters: [], differences, ours };
}

const percentText = (percent: number): string => formatValue(percent, 1);

/** The best of each column by the digits shown; none where there is only one value to choose from. */
function bestTexts(rows: readonly (readonly (string | undefined)[])[]): ReadonlySet<string>[] {
  return (rows[0] ?? []).map((_, at) => {
    const texts = rows.flatMap((row) => row[at] ?? []);
    if (texts.length < 2) return new Set<string>();
    const most = Math.max(...texts.map(Number));
    return new Set(texts.filter((text) => Number(text) === most));
  });
}

function legend(own: readonly PaperTableSection[]): string[] {
  const rows = own.flatMap((section) => section.rows);
  const cells = rows.flatMap((row) => row.cells);
  const spread = cells.some((cell) => cell.kind === 'value' && cell.spread !== undefined);
  const unaveraged = rows.some((row) => row.cells.at(-1)?.kind === 'empty');
  return [
    `Percent. Bold: the best of a column among the paper's rows${cells.some((cell) => cell.kind === 'value' && cell.best) ? ', and the best of ours' : ''}.`,
    ...(spread ? ['±: standard deviation over seeds.'] : []),
    ...(unaveraged ? ['Our averages stand only where a row has a value in every column.'] : []),
    ...(rows.length === 0 ? ['No rows of ours.'] : []),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The runs behind a row, each once. */
export function rowRunIds({ cells }: PaperTableRow): string[] {
  return [...new Set(cells.flatMap((cell) => (cell.kind === 'value' ? (cell.ours?.runIds ?? []) : [])))];
}
