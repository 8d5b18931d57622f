import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { CellView, TableView } from './table-view';
import { tableView } from './table-view';

export interface LatexOptions {
  /** A whole document that compiles by itself, not only the `table` environment. Default false. */
  standalone?: boolean;
}

/**
 * A result table as a LaTeX `table` environment in booktabs style. It needs `\usepackage{booktabs}` and a UTF-8
 * document; every character of a label, note or command is escaped.
 *
 * Bold is the best of a column, the smaller line of a cell its difference to the baseline with its mark; missing cells
 * carry a letter that the notes under the table explain with the command that fills them.
 */
export function toLatex(table: ResultTable, { standalone = false }: LatexOptions = {}): string {
  const view = tableView(table);
  const wide = view.columns.length > MOST_COLUMNS;
  const lines = [
    '\\begin{table}[tb]',
    '  \\centering',
    wide ? '  \\scriptsize' : '  \\small',
    `  \\setlength{\\tabcolsep}{${wide ? 2 : 4}pt}`,
    `  \\caption{${escapeLatex(table.question)}}`,
    `  \\label{tab:${table.experiment.replace(/[^a-zA-Z0-9-]/g, '-')}}`,
    `  \\begin{tabular}{@{}l${'r'.repeat(view.columns.length)}@{}}`,
    '    \\toprule',
    `    ${['Variant', ...view.columns.map(heading)].join(' & ')} \\\\`,
    ...bodyLines(view).map((line) => `    ${line}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...noteLines(view).map((line) => `  ${line}`),
    '\\end{table}',
  ];
  const text = `${lines.join('\n')}\n`;
  return standalone ? `${PREAMBLE}${text}\\end{document}\n` : text;
}

const PREAMBLE = [
  '\\documentclass{article}',
  '\\usepackage[utf8]{inputenc}',
  '\\usepackage[T1]{fontenc}',
  '\\usepackage[margin=2cm]{geometry}',
  '\\usepackage{booktabs}',
  '\\begin{document}',
  '',
].join('\n');

function bodyLines(view: TableView): string[] {
  const span = view.columns.length + 1;
  const lines: string[] = [];
  let group: string | undefined;
  view.rows.forEach((row, at) => {
    if (at === 0 || row.group !== group) {
      lines.push('\\midrule');
      if (row.group) lines.push(`\\multicolumn{${span}}{@{}l}{\\emph{${escapeLatex(row.group)}}} \\\\`);
      group = row.group;
    }
    // An empty group keeps a label that starts with [ from being read as the argument of the line break before it.
    const label = `{}${escapeLatex(row.label)}${row.isBaseline ? ' (baseline)' : ''}`;
    lines.push(`${[label, ...row.cells.map(cellText)].join(' & ')} \\\\`);
  });
  return lines;
}

function noteLines(view: TableView): string[] {
  const missing = view.missing.map(
    ({ letter, text, command }) => `\\textsuperscript{${letter}}~${escapeLatex(text)}. Fill with: {\\ttfamily ${escapeLatex(command)}}`,
  );
  const notes = [...view.notes.map(escapeLatex), ...missing];
  if (notes.length === 0) return [];
  return [
    '\\par\\smallskip',
    '\\begin{minipage}{\\linewidth}\\footnotesize\\raggedright',
    ...notes.map((note, at) => `  ${note}${at < notes.length - 1 ? '\\par' : ''}`),
    '\\end{minipage}',
  ];
}

/** A column's heading, a long one on several lines. */
function heading({ label, unit, direction }: ResultColumn): string {
  const arrow = direction === 'higher' ? ' $\\uparrow$' : direction === 'lower' ? ' $\\downarrow$' : '';
  const words = `${label}${unit && !label.includes(unit) ? ` (${unit})` : ''}`.split(/\s+/);
  const lines = words.reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + word.length < HEADING_WIDTH;
    return fits ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []);
  const text = lines.map(escapeLatex).join(' \\\\ ') + arrow;
  return lines.length > 1 ? `\\shortstack[r]{${text}}` : text;
}

/** Characters a line of a heading may have. */
const HEADING_WIDTH = 14;
/** Above this many columns the type gets smaller, so that the table fits a page's width. */
const MOST_COLUMNS = 5;

function cellText(cell: CellView): string {
  if (cell.kind === 'empty') return '--';
  if (cell.kind === 'missing') return `--\\textsuperscript{${cell.letter}}`;
  const shown = escapeLatex(cell.value);
  const value = cell.best ? `\\textbf{${shown}}` : shown;
  const spread = cell.spread ? `{\\scriptsize~$\\pm$${cell.spread}}` : '';
  const note = cell.letter ? `\\textsuperscript{${cell.letter}}` : '';
  if (!cell.difference) return `${value}${spread}${note}`;
  const sign = cell.difference.startsWith('±') ? '$\\pm$' : `$${cell.difference[0]}$`;
  const mark = cell.mark === '‡' ? '$^{\\ddagger}$' : cell.mark === '†' ? '$^{\\dagger}$' : '';
  return `${value}${spread}{\\scriptsize~${sign}${cell.difference.slice(1)}${mark}}${note}`;
}

const COMMANDS: Record<string, string> = {
  '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', $: '\\$', '&': '\\&', '#': '\\#', '%': '\\%', _: '\\_',
  '^': '\\textasciicircum{}', '~': '\\textasciitilde{}', '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}',
  '"': '\\char34{}', "'": '\\textquotesingle{}', '`': '\\textasciigrave{}',
  '–': '--', '—': '---', '…': '\\dots{}', '“': '``', '”': "''", '‘': '`', '’': "'", '−': '$-$', '×': '$\\times$',
  '±': '$\\pm$', '·': '$\\cdot$', '≤': '$\\leq$', '≥': '$\\geq$', '≈': '$\\approx$', '→': '$\\rightarrow$',
  '↑': '$\\uparrow$', '↓': '$\\downarrow$', '†': '$\\dagger$', '‡': '$\\ddagger$', 'Δ': '$\\Delta$', 'λ': '$\\lambda$',
  'τ': '$\\tau$', 'α': '$\\alpha$', 'β': '$\\beta$', '°': '$^{\\circ}$', '²': '$^{2}$', '³': '$^{3}$', '\u00a0': '~',
};

/**
 * Text as LaTeX prints it. Accented Latin letters stay; a character the standard fonts lack is printed as its code
 * point, so that the document still compiles.
 */
export function escapeLatex(text: string): string {
  return [...text.replace(/\s+/g, ' ')]
    .map((character, at, all) => {
      // Two hyphens in a row would become a dash.
      const known = character === '-' && all[at + 1] === '-' ? '-{}' : COMMANDS[character];
      if (known !== undefined) return known;
      if (/^[\x20-\x7e\u00c0-\u017f]$/.test(character)) return character;
      return `\\texttt{U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}}`;
    })
    .join('');
}
