import type { PaperReference, ResultTable } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import { provenance, provenanceSubject, shortIds } from './provenance';
import { publishedContext } from '../published/published-context';
import type { CellView } from './table-view';
import { columnHeading, tableView } from './table-view';

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
    lines.push('', 'Missing cells, and the command that fills each:', '');
    lines.push(
      ...view.missing.map(({ letter, text, command }) => `- [${letter}] ${escapeMarkdown(text)}: ${code(command)}`),
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
  const ids = ({ runIds }: (typeof entries)[number]): string => runIds.map((id) => code(short.get(id)!)).join(' ');
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

/** `textColumns` first columns are flush left, the others flush right. */
function alignedTable(head: readonly string[], body: readonly (readonly string[])[], textColumns: number): string[] {
  const widths = head.map((cell, at) => Math.max(3, width(cell), ...body.map((row) => width(row[at] ?? ''))));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((size, at) => pad(cells[at] ?? '', size, at >= textColumns)).join(' | ')} |`;
  const rule = widths.map((size, at) => (at < textColumns ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)];
}

const width = (text: string): number => [...text].length;
const pad = (text: string, size: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, size - width(text)));
  return right ? space + text : text + space;
};

/** Text that Markdown shows as it is: no emphasis, link, HTML, code or cell border comes out of it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*|[\]]/g, '\\$&')
    .replace(/(^|\W)_|_(?=\W|$)/g, (found) => found.replace('_', '\\_'))
    .replace(/&(?=#|\w+;)/g, '&amp;')
    .replace(/<(?=[a-z/!?])/gi, '&lt;')
    .replace(/\s+/g, ' ');
}

/** A code span whose fence is longer than any run of backticks inside. */
function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const inner = text.replace(/\s+/g, ' ');
  return runs.length > 0 ? `${fence} ${inner} ${fence}` : `${fence}${inner}${fence}`;
}
