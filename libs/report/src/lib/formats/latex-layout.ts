import type { CellView, RowView, TableView } from './table-view';

/** How a table is set so that it fits a page. */
export interface LatexLayout {
  /** The command of its type size. */
  size: string;
  /** That of spreads and differences. */
  minor: string;
  /** Half the space between columns, pt. */
  gap: number;
  /** Whether spreads stand beside the values or on a line of their own. */
  spread: 'beside' | 'below';
  /** What a line of a row's label may hold. */
  labelCharacters: number;
}

/** Text width and height of `article` at 10 pt, the latter without what a caption takes. */
const TEXT_WIDTH = 345;
const TEXT_HEIGHT = 510;
/** What lines of one row lie closer than others, and the space after the last of them, pt. */
export const LINE_GAIN = 1.5;
export const LAST_GAP = 1.5;
/** Lines that a label may have before a smaller type is better. */
const MOST_LINES = 2;
/** Lines of this many characters are the shortest that labels are broken into. */
const LEAST_CHARACTERS = 12;
/** How much wider the small sizes of Computer Modern are than its 10 pt, in ems. */
const EM = { 9: 1.03, 8: 1.06, 7: 1.14, 6: 1.22 } as const;

type Size = keyof typeof EM;
interface Candidate {
  size: Size;
  minor: Size;
  gap: number;
  spread: LatexLayout['spread'];
}

const CANDIDATES: readonly Candidate[] = [
  { size: 9, minor: 7, gap: 4, spread: 'beside' },
  { size: 8, minor: 7, gap: 3, spread: 'beside' },
  { size: 8, minor: 7, gap: 3, spread: 'below' },
  { size: 7, minor: 6, gap: 2.5, spread: 'beside' },
  { size: 7, minor: 6, gap: 2.5, spread: 'below' },
];
const COMMANDS: Record<Size, string> = {
  9: '\\small',
  8: '\\footnotesize',
  7: '\\scriptsize',
  6: '\\fontsize{6}{7}\\selectfont',
};

/** From line to line, pt. */
const LEADING: Record<Size, number> = { 9: 11, 8: 9.5, 7: 8, 6: 7 };

/**
 * The largest layout in which the table is no wider than the text and, with its notes, no higher, by the widths its
 * characters are likely to have; where there is none that is not too high, the smallest.
 */
export function chooseLayout(view: TableView, headings: readonly (readonly string[])[]): LatexLayout {
  const measured = CANDIDATES.map((candidate) => {
    const columns = view.columns.map((_, at) =>
      Math.max(
        ...headings[at]!.map((line) => latexWidth(line, candidate.size)),
        ...view.rows.map((row) => cellWidth(row.cells[at]!, candidate)),
      ),
    );
    const room = TEXT_WIDTH - columns.reduce((sum, each) => sum + each + 2 * candidate.gap, 0);
    return { candidate, characters: Math.floor(room / latexWidth('n', candidate.size)) };
  });
  const fits =
    (lines: number) =>
    ({ candidate, characters }: (typeof measured)[number]): boolean =>
      characters >= LEAST_CHARACTERS &&
      height(view, headings, candidate, characters) <= TEXT_HEIGHT &&
      view.rows.every((row) =>
        brokenLabel(row, characters).every((line, at) => at < lines && line.length <= characters),
      );
  const found = measured.find(fits(1)) ?? measured.find(fits(MOST_LINES)) ?? measured.at(-1)!;
  const { size, minor, gap, spread } = found.candidate;
  return {
    size: COMMANDS[size],
    minor: COMMANDS[minor],
    gap,
    spread,
    labelCharacters: Math.max(found.characters, LEAST_CHARACTERS),
  };
}

/** A row's label in lines of so many characters; a word that is longer stays whole. */
export function brokenLabel({ label, isBaseline }: RowView, characters: number): string[] {
  return brokenText(`${label}${isBaseline ? ' (baseline)' : ''}`, characters);
}

/** Text in lines of so many characters, broken at spaces that allow it. */
export function brokenText(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/[ \t\n\r]+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function height(
  view: TableView,
  headings: readonly (readonly string[])[],
  { size, spread }: Candidate,
  characters: number,
): number {
  const leading = LEADING[size];
  const has = (row: RowView, part: 'spread' | 'difference'): boolean =>
    row.cells.some((cell) => cell.kind === 'value' && cell[part] !== undefined);
  const rows = view.rows.map((row) => {
    const under = Number(spread === 'below' && has(row, 'spread')) + Number(has(row, 'difference'));
    const lines = Math.max(1 + under, brokenLabel(row, characters).length);
    return lines * leading + (lines > 1 ? LAST_GAP - (lines - 1) * LINE_GAIN : 0);
  });
  const groups = view.rows.filter((row, at) => row.group !== view.rows[at - 1]?.group).length * (leading + 5);
  const head = Math.max(...headings.map((lines) => lines.length)) * leading;
  const notes = [...view.notes, ...view.missing.map(({ text, command }) => `${text} Fill with ${command}`)];
  const noteSize = size === 7 ? 7 : 8;
  const noteLines = notes.reduce((sum, note) => sum + Math.ceil(latexWidth(note, noteSize) / TEXT_WIDTH), 0);
  return head + rows.reduce((sum, each) => sum + each, 0) + groups + noteLines * LEADING[noteSize];
}

/** The width that a text is likely to have in Computer Modern at a type size, pt. */
export const latexWidth = (text: string, size: Size): number =>
  [...text].reduce((sum, character) => sum + ems(character), 0) * EM[size] * size;

/** A character's width in ems of Computer Modern Roman at 10 pt, about. */
function ems(character: string): number {
  if (/[ijlftr.,:;|()[\]'! ]/.test(character)) return 0.35;
  if (/[A-Z@%mwMW]/.test(character)) return 0.75;
  return /[\w]/.test(character) ? 0.52 : 0.8;
}

function cellWidth(cell: CellView, { size, minor, spread }: Candidate): number {
  if (cell.kind !== 'value') return latexWidth('--a', size);
  const value = latexWidth(cell.value, size) * (cell.place === 'best' ? 1.15 : 1);
  const deviation = cell.spread ? latexWidth(`±${cell.spread} `, minor) : 0;
  const difference = cell.difference ? latexWidth(`${cell.difference}${cell.mark}`, minor) : 0;
  return spread === 'beside' ? Math.max(value + deviation, difference) : Math.max(value, deviation, difference);
}
