import type { PaperReference, ResultTable } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import { alignedTable, escapeMarkdown, markdownCode } from './markdown-text';
import { provenance, provenanceSubject, shortIds } from './provenance';
import { publishedContext } from '../published/published-context';
import { type CellView, columnHeading, tableView } from './table-view';

export interface MarkdownOptions {
  /** Begins with the experiment's name and question. Default true. */
  heading?: boolean;
  /** Adds the second table, 'In the paper'. Default true. */
  published?: boolean;
  /** The baseline's configuration: our side of the difference in setting. */
  config?: RunConfig;
  /** The rows of the paper that the experiment names. */
  paper?: PaperReference;
}

/**
 * A result table as GitHub-flavoured Markdown, its columns aligned so that it also reads well in a terminal.
 *
 * Bold is the best of a column, italics the second best (`_0.3120_`: an underline where it is read as text);
 * `(+0.012†)` the difference to the baseline with its mark; `missing [a]` a cell without a value, whose reason and
 * command stand below. The runs behind each row are listed below.
 */
export function toMarkdown(
  table: ResultTable,
  { heading = true, published = true, ...context }: MarkdownOptions = {},
): string {
  const view = tableView(table, 'italics');
  const head = [
    ...(view.hasGroups ? ['Group'] : []),
    'Variant',
    ...view.columns.map((column) => escapeMarkdown(columnHeading(column))),
  ];
  let group: string | undefined;
  const body = view.rows.map((row) => {
    const shown = row.group === group ? '' : escapeMarkdown(row.group ?? '');
    group = row.group;
    const label = escapeMarkdown(row.label) + (row.isBaseline ? ' (baseline)' : '');
    return [...(view.hasGroups ? [shown] : []), label, ...row.cells.map(cellText)];
  });
  const lines = [
    ...(heading ? [`## ${escapeMarkdown(table.experiment)}`, '', escapeMarkdown(table.question), ''] : []),
    ...alignedTable(head, body, view.hasGroups ? 2 : 1),
  ];
  if (view.missing.length > 0) {
    lines.push('', 'Missing cells, with the command that fills each:', '');
    lines.push(
      ...view.missing.map(
        ({ letter, text, command }) => `- [${letter}] ${escapeMarkdown(text)}: ${markdownCode(command)}`,
      ),
    );
  }
  if (view.notes.length > 0) lines.push('', ...view.notes.map((note) => `- ${escapeMarkdown(note)}`));
  lines.push(...runLines(table));
  if (published) lines.push('', ...publishedLines(table, context));
  return `${lines.join('\n')}\n`;
}

function publishedLines(table: ResultTable, options: MarkdownOptions): string[] {
  const context = publishedContext(table.experiment, { ...options, table });
  return [
    `### ${context.title}`,
    '',
    escapeMarkdown(context.sweep),
    '',
    ...alignedTable(
      context.columns.map(escapeMarkdown),
      context.rows.map((row) => row.cells.map(escapeMarkdown)),
      3,
    ),
    '',
    ...context.notes.map((note) => `- ${escapeMarkdown(note)}`),
  ];
}

/** Short ids: the CSV and JSON of the table have them whole, cell by cell. */
function runLines(table: ResultTable): string[] {
  const entries = provenance(table);
  if (entries.length === 0) return [];
  const short = shortIds(entries.flatMap(({ runIds }) => runIds));
  const ids = ({ runIds }: (typeof entries)[number]): string =>
    runIds.map((id) => markdownCode(short.get(id)!)).join(' ');
  return ['', 'Runs:', '', ...entries.map((entry) => `- ${escapeMarkdown(provenanceSubject(entry))}: ${ids(entry)}`)];
}

function cellText(cell: CellView): string {
  if (cell.kind === 'empty') return '';
  if (cell.kind === 'missing') return `missing [${cell.letter}]`;
  const shown = escapeMarkdown(cell.value);
  const value = cell.place === 'best' ? `**${shown}**` : cell.place === 'second' ? `_${shown}_` : shown;
  const spread = cell.spread ? ` (±${cell.spread})` : '';
  return `${value}${spread}${cell.difference ? ` (${cell.difference}${cell.mark})` : ''}${cell.letter ? ` [${cell.letter}]` : ''}`;
}
