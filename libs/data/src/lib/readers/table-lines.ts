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
export function* tableLines(file: string, expected: string): Generator<TableLine, void> {
  yield* filledLines(file, readLines(file), expected);
}

/** The same of lines that are read elsewhere. */
export function* filledLines(file: string, lines: Iterable<TableLine>, expected: string): Generator<TableLine, void> {
  let isEmpty = true;
  for (const each of lines) {
    if (trimmed(each.text) === '' || each.text.startsWith('#')) continue;
    isEmpty = false;
    yield each;
  }
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected });
}

/** The first of some items, and all of them. */
export function withFirst<T>(items: Generator<T, void>): { first: T | undefined; all: Generator<T, void> } {
  const { value: first, done } = items.next();
  const all = function* (): Generator<T, void> {
    if (done) return;
    try {
      yield first as T;
      yield* items;
    } finally {
      items.return();
    }
  };
  return { first: done ? undefined : (first as T), all: all() };
}

const ID_TITLES = new Set(['id', '_id', 'qid', 'query_id', 'query-id', 'pid', 'docid', 'doc_id', 'corpus-id']);
const TEXT_TITLES = new Set(['text', 'query', 'query_text', 'passage', 'contents', 'document']);

/** Whether the two columns of a first line are titles: `id<TAB>text`. */
export function isHeader(columns: readonly string[]): boolean {
  return columns.length === 2 && ID_TITLES.has(columns[0]!) && TEXT_TITLES.has(columns[1]!.trim());
}
