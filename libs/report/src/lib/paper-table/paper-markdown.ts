import { alignedTable, escapeMarkdown, markdownCode } from '../formats/markdown-text';
import { shortIds } from '../formats/provenance';
import { formatValue } from '../number-text';
import { rowRunIds, type PaperTable, type PaperTableCell } from './paper-table';

export interface PaperMarkdownOptions {
  /** Begins with the table's title and setting. Default true. */
  heading?: boolean;
}

/**
 * A paper table as GitHub-flavoured Markdown, its columns aligned. Markdown has one line of headings, so a column of a table
 * with two levels is named in full; `[a]` leads to the note below, `–` stands for what there is no value for.
 */
export function paperMarkdown(table: PaperTable, { heading = true }: PaperMarkdownOptions = {}): string {
  const head = ['System', ...table.columns.map(({ label }) => escapeMarkdown(label))];
  const body = table.sections.flatMap((section) => [
    [`_${escapeMarkdown(section.heading)}_`],
    ...section.rows.map((row) => [escapeMarkdown(row.label) + letterText(row.letters), ...row.cells.map(cellText)]),
  ]);
  const lines = [
    ...(heading
      ? [
          `## ${escapeMarkdown(`${table.title}: the paper and ${table.experiment}`)}`,
          '',
          escapeMarkdown(table.setting),
          '',
        ]
      : []),
    ...alignedTable(head, body, 1),
  ];
  if (table.footnotes.length > 0) {
    const notes = table.footnotes.map(
      ({ letter, text, command }) =>
        `- [${letter}] ${escapeMarkdown(text)}${command === undefined ? '' : ` To fill it: ${markdownCode(command)}`}`,
    );
    lines.push('', ...notes);
  }
  lines.push(
    '',
    ...[...table.notes, `Source of the printed figures: ${table.source}.`].map(bullet),
    ...runLines(table),
  );
  return `${lines.join('\n')}\n`;
}

const bullet = (text: string): string => `- ${escapeMarkdown(text)}`;
const letterText = (letters: readonly string[]): string => (letters.length > 0 ? ` [${letters.join(',')}]` : '');

function cellText(cell: PaperTableCell): string {
  if (cell.kind === 'empty') return '–';
  if (cell.kind === 'missing') return `–${letterText(cell.letters)}`;
  const value = cell.best ? `**${cell.text}**` : cell.text;
  const spread = cell.spread === undefined ? '' : ` ±${formatValue(cell.spread, 1)}`;
  return `${value}${spread}${letterText(cell.letters)}`;
}

function runLines({ sections }: PaperTable): string[] {
  const rows = sections.flatMap((section) => section.rows).map((row) => ({ row, runIds: rowRunIds(row) }));
  const behind = rows.filter(({ runIds }) => runIds.length > 0);
  if (behind.length === 0) return [];
  const short = shortIds(behind.flatMap(({ runIds }) => runIds));
  const ids = (runIds: readonly string[]): string => runIds.map((id) => markdownCode(short.get(id)!)).join(' ');
  return ['', 'Runs:', '', ...behind.map(({ row, runIds }) => `- ${escapeMarkdown(row.label)}: ${ids(runIds)}`)];
}
