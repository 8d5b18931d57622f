import type { PaperReference, ResultColumn, ResultTable } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import { brokenLabel, brokenText, chooseLayout, LAST_GAP, LINE_GAIN, type LatexLayout } from './latex-layout';
import { publishedLatex } from './latex-published';
import { escapeLatex, latexCode, latexComment, latexDocument } from './latex-text';
import { provenance, provenanceSubject } from './provenance';
import { type CellView, type RowView, type TableView, tableView } from './table-view';

export interface LatexOptions {
  /** A whole document that compiles by itself, not only the `table` environments. Default false. */
  standalone?: boolean;
  /** Adds the second table, the paper's figures beside ours. Default true. */
  published?: boolean;
  /** The baseline's configuration: our side of the difference in setting. */
  config?: RunConfig;
  /** The rows of the paper that the experiment names. */
  paper?: PaperReference;
}

/**
 * A result table as LaTeX in booktabs style, and a second table that sets the paper's figures beside ours. It needs
 * `\usepackage{booktabs}` and a UTF-8 document; every character of a label, note or command is escaped.
 *
 * Bold is the best of a column, underlined the second best, the small line under a row its differences to the baseline
 * with their marks; missing cells carry a letter that the notes under the table explain with the command that fills
 * them. Size and layout are the largest that fit the text width of `article` (345 pt). Comment lines at the end name
 * the runs behind each row.
 */
export function toLatex(
  table: ResultTable,
  { standalone = false, published = true, ...context }: LatexOptions = {},
): string {
  const view = tableView(table);
  const headings = view.columns.map(headingLines);
  const layout = chooseLayout(view, headings);
  const lines = [
    latexComment(`Ablation ${table.experiment}, made from run records. Needs \\usepackage{booktabs}.`),
    '\\begin{table}[tb]',
    '  \\centering',
    `  ${layout.size}`,
    `  \\def\\ablateminor#1{{${layout.minor}#1}}`,
    `  \\setlength{\\tabcolsep}{${layout.gap}pt}`,
    `  \\caption{${escapeLatex(table.question)}}`,
    `  \\label{tab:${labelOf(table)}}`,
    `  \\begin{tabular}{@{}l${'r'.repeat(view.columns.length)}@{}}`,
    '    \\toprule',
    `    ${['Variant', ...headings.map(stacked)].join(' & ')} \\\\`,
    ...bodyLines(view, layout).map((line) => `    ${line}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...noteLines(view, layout).map((line) => `  ${line}`),
    '\\end{table}',
    ...provenance(table).map((entry) => latexComment(`runs of ${provenanceSubject(entry)}: ${entry.runIds.join(' ')}`)),
    ...(published ? ['', ...publishedLatex(table, context)] : []),
  ];
  const text = `${lines.join('\n')}\n`;
  return standalone ? latexDocument(text, ['booktabs']) : text;
}

const labelOf = ({ experiment }: ResultTable): string => experiment.replace(/[^a-zA-Z0-9-]/g, '-');

function bodyLines(view: TableView, layout: LatexLayout): string[] {
  const span = view.columns.length + 1;
  const lines: string[] = [];
  let group: string | undefined;
  view.rows.forEach((row, at) => {
    if (at === 0 || row.group !== group) {
      lines.push(at === 0 ? '\\midrule' : '\\addlinespace');
      if (row.group) lines.push(`\\multicolumn{${span}}{@{}l}{\\emph{${escapeLatex(row.group)}}} \\\\`);
      group = row.group;
    }
    lines.push(...rowLines(row, layout));
  });
  return lines;
}

/**
 * The row, and under it, small, the spreads (where they find no place beside the values) and the differences; a long
 * label goes on beside those.
 */
function rowLines(row: RowView, { spread, labelCharacters }: LatexLayout): string[] {
  const label = brokenLabel(row, labelCharacters);
  const under = [
    ...(spread === 'below' ? [row.cells.map((cell) => spreadText(cell, ''))] : []),
    row.cells.map(differenceText),
  ];
  const shown = under.filter((cells) => cells.some((text) => text !== ''));
  const lines = [
    row.cells.map((cell) => `${valueText(cell)}${spread === 'beside' ? spreadText(cell, '\\,') : ''}${noteText(cell)}`),
    ...shown,
    ...label.slice(1 + shown.length).map(() => row.cells.map(() => '')),
  ];
  return lines.map((cells, at) => {
    const start = label[at] ?? '';
    // An empty group keeps a label that starts with [ from being read as the argument of the line break before it.
    const first = start === '' ? '' : `${at > 0 ? '\\quad ' : '{}'}${escapeLatex(start)}`;
    const space = lines.length === 1 ? '' : at === lines.length - 1 ? `[${LAST_GAP}pt]` : `[-${LINE_GAIN}pt]`;
    return `${[first, ...cells].join(' & ')} \\\\${space}`;
  });
}

function valueText(cell: CellView): string {
  if (cell.kind !== 'value') return '--';
  const shown = escapeLatex(cell.value);
  return cell.place === 'best' ? `\\textbf{${shown}}` : cell.place === 'second' ? `\\underline{${shown}}` : shown;
}

function spreadText(cell: CellView, before: string): string {
  return cell.kind === 'value' && cell.spread ? `${before}\\ablateminor{$\\pm$${cell.spread}}` : '';
}

function noteText(cell: CellView): string {
  const letter = cell.kind === 'empty' ? undefined : cell.letter;
  return letter ? `\\textsuperscript{${letter}}` : '';
}

function differenceText(cell: CellView): string {
  if (cell.kind !== 'value' || !cell.difference) return '';
  const sign = cell.difference.startsWith('±') ? '$\\pm$' : `$${cell.difference[0]}$`;
  const mark = cell.mark === '‡' ? '$^{\\ddagger}$' : cell.mark === '†' ? '$^{\\dagger}$' : '';
  return `\\ablateminor{${sign}${cell.difference.slice(1)}${mark}}`;
}

function noteLines(view: TableView, { size }: LatexLayout): string[] {
  const missing = view.missing.map(
    ({ letter, text, command }) =>
      `\\textsuperscript{${letter}}~${escapeLatex(text)}. Fill with: ${latexCode(command)}`,
  );
  const notes = [...view.notes.map(escapeLatex), ...missing];
  if (notes.length === 0) return [];
  return [
    '\\par\\smallskip',
    `\\begin{minipage}{\\linewidth}${size === '\\scriptsize' ? size : '\\footnotesize'}\\raggedright`,
    ...notes.map((note, at) => `  ${note}${at < notes.length - 1 ? '\\par' : ''}`),
    '\\end{minipage}',
  ];
}

/** A column's heading, a long one on several lines. */
function headingLines({ label, unit, direction }: ResultColumn): string[] {
  const arrow = direction === 'higher' ? ' ↑' : direction === 'lower' ? ' ↓' : '';
  return brokenText(`${label}${unit && !label.includes(unit) ? ` (${unit})` : ''}${arrow}`, HEADING_CHARACTERS);
}

const HEADING_CHARACTERS = 8;

function stacked(lines: readonly string[]): string {
  const text = lines.map(escapeLatex).join(' \\\\ ');
  return lines.length > 1 ? `\\shortstack[r]{${text}}` : text;
}
