import { printable } from '@tsarank/io';

/** `textColumns` first columns are flush left, the others flush right. */
export function alignedTable(
  head: readonly string[],
  body: readonly (readonly string[])[],
  textColumns: number,
): string[] {
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

/** Text that Markdown shows as it is: no emphasis, link, HTML, code, cell border or control character comes out of it. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*|[\]]/g, '\\$&')
    .replace(/(^|\W)_|_(?=\W|$)/g, (found) => found.replace('_', '\\_'))
    .replace(/&(?=#|\w+;)/g, '&amp;')
    .replace(/<(?=[a-z/!?])/gi, '&lt;');
}

/** A code span whose fence is longer than any run of backticks inside. */
export function markdownCode(text: string): string {
  const inner = oneLine(text);
  const runs = inner.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  return runs.length > 0 ? `${fence} ${inner} ${fence}` : `${fence}${inner}${fence}`;
}

/** White space as single spaces, control characters as visible escapes. */
const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' '));
