import { InputError, readLines } from '@tsarank/io';

/** A line of a TREC file or a tsv table. */
export interface TableLine {
  text: string;
  /** From 1. */
  line: number;
}

/** White space of TREC's files, as C knows it: a no-break space or an em space belongs to an id. */
const ASCII_SPACE = /[ \t\v\f\r]+/;

/** Columns of a TREC file. */
export function spacedColumns(text: string): string[] {
  return trimmed(text).split(ASCII_SPACE);
}

/** Columns of a tab-separated file, spaces at their ends included. */
export function tabbedColumns(text: string): string[] {
  return text.split('\t');
}

/** A text without ASCII white space at its ends. */
export function trimmed(text: string): string {
  return text.replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, '');
}

/** Whether an id can stand in a TREC file. */
export function isTrecId(id: string): boolean {
  return id !== '' && !/[ \t\n\v\f\r]/.test(id);
}

/**
 * The lines of a table that hold something; lines that begin with `#` are comments, as in trec_eval 10.
 *
 * @throws {InputError} when the file is missing or holds no line.
 */
export function readTableLines(file: string, expected: string): TableLine[] {
  const lines: TableLine[] = [];
  for (const { text, line } of readLines(file)) {
    if (trimmed(text) !== '' && !text.startsWith('#')) lines.push({ text, line });
  }
  if (lines.length === 0) throw new InputError({ file, found: 'an empty file', expected });
  return lines;
}
