import type { ResultTable } from '@tsarank/ablation';
import { escapeLatex } from './latex-text';
import { publishedContext } from '../published/published-context';
import type { PublishedContextOptions } from '../published/published-context';

/** The paper's figures beside ours as a second `table`, with every difference in setting under them. */
export function publishedLatex(table: ResultTable, options: Omit<PublishedContextOptions, 'table'>): string[] {
  const { sweep, columns, rows, setting, notes } = publishedContext(table.experiment, { ...options, table });
  const line = (cells: readonly string[]): string => `      ${cells.map(cell).join(' & ')} \\\\`;
  const of = (origin: 'ours' | 'paper'): string[] =>
    rows.filter((row) => row.origin === origin).map((row) => line(row.cells));
  const ours = of('ours');
  return [
    '\\begin{table}[tb]',
    '  \\centering',
    '  \\footnotesize',
    '  \\setlength{\\tabcolsep}{4pt}',
    `  \\caption{Published figures beside ours, in percent; the gain is over the first stage. ${escapeLatex(sweep)}}`,
    `  \\label{tab:${table.experiment.replace(/[^a-zA-Z0-9-]/g, '-')}-published}`,
    '  \\begin{tabular}{@{}lllrrr@{}}',
    '    \\toprule',
    `    ${columns.map(escapeLatex).join(' & ')} \\\\`,
    '    \\midrule',
    ...ours,
    ...(ours.length > 0 ? ['    \\midrule'] : []),
    ...of('paper'),
    '    \\bottomrule',
    '  \\end{tabular}',
    '  \\par\\medskip',
    '  \\begin{tabular}{@{}p{0.18\\linewidth}p{0.38\\linewidth}p{0.38\\linewidth}@{}}',
    '    \\toprule',
    '    Setting & Paper & Ours \\\\',
    '    \\midrule',
    ...setting.map(
      ({ what, paper, ours }) =>
        `      ${[what, paper, ours].map((text) => `\\raggedright ${escapeLatex(text)}`).join(' & ')} \\tabularnewline`,
    ),
    '    \\bottomrule',
    '  \\end{tabular}',
    '  \\par\\smallskip',
    '  \\begin{minipage}{\\linewidth}\\footnotesize\\raggedright',
    // The first note says in a sentence what the second part of the table shows.
    ...notes.slice(1).map((note, at, all) => `    ${escapeLatex(note)}${at < all.length - 1 ? '\\par' : ''}`),
    '  \\end{minipage}',
    '\\end{table}',
  ];
}

/** The sign of a gain is a minus, not a hyphen. */
function cell(text: string): string {
  return /^[+-]\d/.test(text) ? `$${text[0]}$${escapeLatex(text.slice(1))}` : `{}${escapeLatex(text)}`;
}
