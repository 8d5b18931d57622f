import { InputError, readText } from '@tsarank/io';

/** A line of a TREC file or a tsv table, split into its columns. */
export interface TableLine {
  columns: string[];
  /** From 1. */
  line: number;
}

/**
 * The lines of a file, split into columns at white space: ids hold none, in TREC and BEIR files alike. Empty lines
 * are passed over, CRLF is accepted.
 *
 * @throws {InputError} when the file is missing or holds no line.
 */
export function readTable(file: string, expected: string): TableLine[] {
  const lines: TableLine[] = [];
  readText(file)
    .split('\n')
    .forEach((content, index) => {
      const columns = content.trim().split(/\s+/);
      if (columns[0] !== '') lines.push({ columns, line: index + 1 });
    });
  if (lines.length === 0) throw new InputError({ file, found: 'an empty file', expected });
  return lines;
}
