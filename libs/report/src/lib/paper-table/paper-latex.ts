import { brokenText, latexWidth } from '../formats/latex-layout';
import { escapeLatex, latexCode, latexComment, latexDocument } from '../formats/latex-text';
import { formatValue } from '../number-text';
import { rowRunIds, type PaperTable, type PaperTableCell, type PaperTableRow } from './paper-table';

export interface PaperLatexOptions {
  /** A whole document that compiles by itself. Default false. */
  standalone?: boolean;
}

/**
 * A paper table as LaTeX in booktabs style, our rows under a rule of their own. It needs `\usepackage{booktabs,graphicx}`
 * and a UTF-8 document. Columns that share a first stage stand under one heading; headings that are wider than their numbers
 * are turned. A table that is wider than the text, or than the page in a `table*`, is scaled to its width. Comment lines at the end name the
 * runs behind each row.
 */
export function paperLatex(table: PaperTable, { standalone = false }: PaperLatexOptions = {}): string {
  const lines = [
    latexComment(
      `The paper's table ${table.key} with ${table.experiment}, made from run records. Needs \\usepackage{booktabs,graphicx}.`,
    ),
    '\\begin{table}[tb]',
    '  \\centering',
    '  \\footnotesize',
    `  \\caption{${escapeLatex(`${table.title}. ${table.setting}`)}}`,
    `  \\label{tab:${`${table.experiment}-paper-${table.key}`.replace(/[^a-zA-Z0-9-]/g, '-')}}`,
    '  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `  \\begin{tabular}{${columnsText(table)}}`,
    '    \\toprule',
    ...headLines(table).map((line) => `    ${line}`),
    ...bodyLines(table).map((line) => `    ${line}`),
    '    \\bottomrule',
    '  \\end{tabular}}',
    ...noteLines(table).map((line) => `  ${line}`),
    '\\end{table}',
    ...runComments(table),
  ];
  const text = `${lines.join('\n')}\n`;
  return standalone ? latexDocument(text, ['booktabs', 'graphicx']) : text;
}

/** From this many columns on, room is scarce. */
const MANY_COLUMNS = 10;
/** Characters in a line of a label. */
const LABEL_CHARACTERS = 24;

/** Columns of numbers, each with a space behind it that is wide enough for the letters that hang into it. */
function columnsText({ columns, sections }: PaperTable): string {
  const gap = columns.length > MANY_COLUMNS ? 3.5 : 9;
  const spaces = columns.map((_, at) => {
    const letters = sections.flatMap(({ rows }) => rows.map(({ cells }) => lettersOf(cells[at]!).join(',')));
    return gap + Math.max(...letters.map((text) => latexWidth(text, 6)));
  });
  return ['@{}l', ...spaces.map(() => 'r')]
    .map((column, at) => `${column}@{\\hspace{${(at === 0 ? gap : spaces[at - 1]!).toFixed(1)}pt}}`)
    .join('');
}

function headLines({ columns }: PaperTable): string[] {
  const turned = columns.length > MANY_COLUMNS;
  const heading = (text: string): string => (turned ? `\\rotatebox{90}{${escapeLatex(text)}}` : escapeLatex(text));
  const names = `${['System', ...columns.map((column) => heading(column.heading))].join(' & ')} \\\\`;
  if (!columns.some(({ group }) => group)) return [names];
  const spans: { group: string; first: number; count: number }[] = [];
  columns.forEach(({ group = '' }, at) => {
    const last = spans.at(-1);
    if (last?.group === group) last.count++;
    else spans.push({ group, first: at + 2, count: 1 });
  });
  const groups = spans.map(({ group, count }) => `\\multicolumn{${count}}{c}{${escapeLatex(group)}}`);
  const rules = spans
    .filter(({ group }) => group !== '')
    .map(({ first, count }) => `\\cmidrule(lr){${first}-${first + count - 1}}`);
  return [`${['', ...groups].join(' & ')} \\\\`, rules.join(' '), names];
}

function bodyLines({ sections, columns }: PaperTable): string[] {
  return sections.flatMap(({ origin, heading, rows }, at) => {
    const starts = at === 0 || sections[at - 1]!.origin !== origin;
    return [
      starts ? '\\midrule' : '\\addlinespace',
      `\\multicolumn{${columns.length + 1}}{@{}l}{\\emph{${escapeLatex(heading)}}} \\\\`,
      ...rows.flatMap(rowLines),
    ];
  });
}

/** The row, and under it what its label has left, and the spreads over seeds. */
function rowLines({ label, letters, cells }: PaperTableRow): string[] {
  const labels = brokenText(label, LABEL_CHARACTERS);
  const spreads = cells.map((cell) =>
    cell.kind === 'value' && cell.spread !== undefined ? `$\\pm$${formatValue(cell.spread, 1)}` : '',
  );
  const lines = [cells.map(cellText), ...(spreads.some((text) => text !== '') ? [spreads] : [])];
  while (lines.length < labels.length) lines.push(cells.map(() => ''));
  return lines.map((line, at) => {
    const text = escapeLatex(labels[at] ?? '');
    const marked = at === labels.length - 1 ? `${text}${labelLetters(letters)}` : text;
    // An empty group keeps a label that starts with [ from being read as the argument of the line break before it.
    const first = text === '' ? '' : `${at > 0 ? '\\quad ' : '{}'}${marked}`;
    return `${[first, ...line].join(' & ')} \\\\`;
  });
}

/** Letters hang into the space after their column, so that digits stand under digits. */
const letterText = (letters: readonly string[]): string =>
  letters.length > 0 ? `\\rlap{${labelLetters(letters)}}` : '';

const labelLetters = (letters: readonly string[]): string =>
  letters.length > 0 ? `\\textsuperscript{${letters.join(',')}}` : '';

const lettersOf = (cell: PaperTableCell): readonly string[] => (cell.kind === 'empty' ? [] : cell.letters);

function cellText(cell: PaperTableCell): string {
  if (cell.kind === 'empty') return '--';
  const shown = cell.kind === 'missing' ? '--' : cell.best ? `\\textbf{${cell.text}}` : cell.text;
  return `${shown}${letterText(cell.letters)}`;
}

function noteLines({ footnotes, notes, source }: PaperTable): string[] {
  const all = [
    ...footnotes.map(({ letter, text, command }) => {
      const fill = command === undefined ? '' : ` To fill it: ${latexCode(command)}`;
      return `\\textsuperscript{${letter}}~${escapeLatex(text)}${fill}`;
    }),
    ...[...notes, `Source of the printed figures: ${source}.`].map(escapeLatex),
  ];
  return [
    '\\par\\smallskip',
    '\\begin{minipage}{\\linewidth}\\scriptsize\\raggedright',
    ...all.map((note, at) => `  ${note}${at < all.length - 1 ? '\\par' : ''}`),
    '\\end{minipage}',
  ];
}

function runComments({ sections }: PaperTable): string[] {
  return sections.flatMap(({ rows }) =>
    rows.flatMap((row) => {
      const runIds = rowRunIds(row);
      return runIds.length > 0 ? [latexComment(`runs of ${row.label}: ${runIds.join(' ')}`)] : [];
    }),
  );
}
