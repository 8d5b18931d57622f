import path from 'node:path';
import { InputError } from '@tsarank/io';

/** A table as a file may hold it. */
export interface TableText {
  /** What its block is called: the experiment, and of a published table its option, as in `recipe --paper in-domain`. */
  experiment: string;
  /** As `ablate table` prints it. */
  whole: string;
  /** As it stands between the two lines of a block, in a file that has text of its own. */
  block: string;
  /** Endings that a file of it may have. Default `TABLE_FORMATS`. */
  formats?: readonly string[];
}

/** Where a file says something else than the table; an absent line is undefined. */
export interface TableDifference {
  /** From 1. */
  line: number;
  found: string | undefined;
  expected: string | undefined;
}

export const TABLE_FORMATS = ['md', 'csv', 'cells.csv', 'json', 'tex'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The formats that a published table with our rows is written in. */
export const PAPER_FORMATS = ['md', 'csv', 'json', 'tex', 'html'] as const;
export type PaperFormat = (typeof PAPER_FORMATS)[number];

/**
 * The format that a file's name stands for.
 *
 * @throws {InputError} for another ending.
 */
export function tableFormatOf<F extends string>(file: string, formats: readonly F[]): F {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = formats
    .filter((known) => path.basename(file).toLowerCase().endsWith(`.${known}`))
    .sort((left, right) => right.length - left.length)[0];
  if (format) return format;
  throw new InputError({
    file,
    found: ending === '' ? 'a name without an ending' : `the ending .${ending}`,
    expected: `one of .${formats.join(', .')}`,
  });
}

/**
 * The first line in which a file differs from the table: of its block (`<!-- ablate table recipe -->` to
 * `<!-- /ablate table -->`; in LaTeX the same after a `%`), or of the whole file. A Markdown file without a block may
 * hold the whole table between other text. Line ends and the blank lines around a block don't count.
 *
 * @returns Undefined when there is none.
 * @throws {InputError} for a Markdown file that holds no table of the experiment, and for a block that does not end.
 */
export function tableDifference(file: string, text: string, table: TableText): TableDifference | undefined {
  const lines = linesOf(text);
  const block = findBlock(file, lines, table.experiment);
  if (block) return firstDifference(lines, linesOf(table.block), trimmed(lines, block));
  const expected = linesOf(table.whole);
  if (tableFormatOf<string>(file, table.formats ?? TABLE_FORMATS) !== 'md')
    return firstDifference(lines, expected, { first: 0, end: lines.length });
  const first = lines.indexOf(expected[0]!);
  if (first < 0) throw new InputError({ file, found: `no table of ${table.experiment}`, expected: howToMark(table) });
  return firstDifference(lines, expected, { first, end: Math.min(lines.length, first + expected.length) });
}

/**
 * What a file holds once its table is up to date: another block, or the table alone.
 *
 * @param text What it holds now; undefined for a new file.
 * @throws {InputError} when that is neither a block nor such a table, so that no other text is lost.
 */
export function withTable(file: string, text: string | undefined, table: TableText): string {
  const format = tableFormatOf<string>(file, table.formats ?? TABLE_FORMATS);
  if (text === undefined || text.trim() === '') return table.whole;
  const lines = linesOf(text);
  const block = findBlock(file, lines, table.experiment);
  if (block) {
    const kept = [...lines.slice(0, block.first), '', ...linesOf(table.block), '', ...lines.slice(block.end)];
    return `${kept.join('\n')}\n`.replaceAll('\n', text.includes('\r\n') ? '\r\n' : '\n');
  }
  if (isSameTable(format, text, table.whole)) return table.whole;
  const expected =
    format === 'md' || format === 'tex' ? howToMark(table, format) : `a table of ${table.experiment}, or a new file`;
  throw new InputError({ file, found: `no table of ${table.experiment}`, expected });
}

/** Whether a file's beginning is that by which a table of this experiment is known. */
function isSameTable(format: string, text: string, whole: string): boolean {
  // A page has few line ends, and says what it is in its title.
  if (format === 'html') return text.startsWith(whole.slice(0, whole.indexOf('</title>')));
  if (format.endsWith('csv')) return csvSubject(text) === csvSubject(whole);
  const lines = linesOf(text);
  return linesOf(whole)
    .slice(0, format === 'json' ? 2 : 1)
    .every((line, at) => lines[at] === line);
}

/** What a CSV is about: its first column, and the experiment and published table that its first row names. */
function csvSubject(text: string): string {
  const [head = [], first = []] = linesOf(text)
    .slice(0, 2)
    .map((line) => line.split(','));
  const named = ['experiment', 'table'].map((column) => first[head.indexOf(column)] ?? '');
  return [head[0], ...named].join(' ');
}

interface Range {
  first: number;
  /** The line after the last. */
  end: number;
}

const OPENING = /^\s*(?:<!--|%)\s*ablate table (\S+?(?:\s--paper\s\S+?)?)\s*(?:-->)?\s*$/;
const CLOSING = /^\s*(?:<!--|%)\s*\/ablate table\s*(?:-->)?\s*$/;

function findBlock(file: string, lines: readonly string[], experiment: string): Range | undefined {
  const openings = lines.flatMap((line, at) => (OPENING.exec(line)?.[1] === experiment ? [at] : []));
  if (openings.length === 0) return undefined;
  if (openings.length > 1) {
    throw new InputError({ file, line: openings[1]! + 1, found: `a second block of ${experiment}`, expected: 'one' });
  }
  const first = openings[0]! + 1;
  const length = lines.slice(first).findIndex((line) => CLOSING.test(line) || OPENING.test(line));
  if (length >= 0 && CLOSING.test(lines[first + length]!)) return { first, end: first + length };
  throw new InputError({
    file,
    line: first,
    found: `a block of ${experiment} without an end`,
    expected: '<!-- /ablate table -->',
  });
}

function trimmed(lines: readonly string[], { first, end }: Range): Range {
  while (first < end && lines[first]!.trim() === '') first++;
  while (end > first && lines[end - 1]!.trim() === '') end--;
  return { first, end };
}

function firstDifference(
  lines: readonly string[],
  expected: readonly string[],
  { first, end }: Range,
): TableDifference | undefined {
  for (let at = 0; at < Math.max(expected.length, end - first); at++) {
    const found = first + at < end ? lines[first + at] : undefined;
    if (found !== expected[at]) return { line: first + at + 1, found, expected: expected[at] };
  }
  return undefined;
}

const linesOf = (text: string): string[] => text.replace(/(\r?\n)+$/, '').split(/\r?\n/);

const howToMark = ({ experiment }: TableText, format: 'md' | 'tex' = 'md'): string =>
  format === 'md'
    ? `its place marked by the lines <!-- ablate table ${experiment} --> and <!-- /ablate table -->`
    : `its place marked by the lines % ablate table ${experiment} and % /ablate table`;
