import { InputError } from '@tsarank/io';
import type { QrelsFormat } from './format-names';
import { spacedColumns, tableLines, tabbedColumns, type TableLine } from './table-lines';

/** Relevance grades: query id -> document id -> grade; above 0 is relevant. */
export type Qrels = Map<string, Map<string, number>>;

interface Judgment {
  queryId: string;
  docId: string;
  grade: string;
}

const EXPECTED =
  'TREC qrels (query, iteration, document, grade) or a BEIR table (query-id, tab, corpus-id, tab, score)';
const GRADE = /^[+-]?\d+$/;

const FORMS: Readonly<Record<QrelsFormat, (text: string) => Judgment | string[]>> = {
  trec: (text) => {
    const columns = spacedColumns(text);
    return columns.length === 4 ? { queryId: columns[0]!, docId: columns[2]!, grade: columns[3]! } : columns;
  },
  beir: (text) => {
    const columns = tabbedColumns(text);
    if (columns.length !== 3) return columns;
    return { queryId: columns[0]!, docId: columns[1]!, grade: columns[2]!.trim() };
  },
  msmarco: (text) => {
    const columns = tabbedColumns(text);
    if (columns.length !== 4) return columns;
    return { queryId: columns[0]!, docId: columns[2]!, grade: columns[3]!.trim() };
  },
};

/**
 * Judgments from a TREC file (query id, iteration, document id, grade, split at white space), a BEIR table (query-id,
 * corpus-id, score, split at tabs, with or without its header line) or MS MARCO's four columns (as TREC's, split at tabs, so
 * that an id may hold spaces). The form is that in which every line can be read. Plain, `.gz` or `.zst`.
 *
 * @param options.format For a file that can be read in both.
 * @throws {InputError} naming file, line and field: a wrong number of columns, a grade that is not a whole number, a
 *   pair judged twice; a file that can be read both ways.
 */
export function readQrels(file: string, { format }: { format?: QrelsFormat } = {}): Qrels {
  const lines = [...tableLines(file, EXPECTED)];
  const hasHeader = tabbedColumns(lines[0]!.text)[0] === 'query-id';
  const body = hasHeader ? lines.slice(1) : lines;
  if (body.length === 0) throw new InputError({ file, found: 'a header alone', expected: 'judgments' });
  const read = FORMS[format ?? (hasHeader ? 'beir' : formOf(file, body))];
  const qrels: Qrels = new Map();
  for (const { text, line } of body) {
    const judgment = read(text);
    if (Array.isArray(judgment)) throw wrongColumns(file, line, judgment);
    const { queryId, docId, grade } = judgment;
    if (queryId === '' || docId === '') {
      throw new InputError({
        file,
        line,
        field: queryId === '' ? 'query-id' : 'corpus-id',
        found: 'nothing',
        expected: 'an id',
      });
    }
    if (!GRADE.test(grade)) {
      throw new InputError({ file, line, field: 'grade', found: JSON.stringify(grade), expected: 'a whole number' });
    }
    const grades = qrels.get(queryId) ?? new Map<string, number>();
    if (grades.has(docId)) {
      const found = `query ${queryId}, document ${docId} a second time`;
      throw new InputError({ file, line, found, expected: 'one judgment for each pair' });
    }
    qrels.set(queryId, grades.set(docId, Number(grade)));
  }
  return qrels;
}

/** The form in which every line can be read; where none is, that of the first line. */
function formOf(file: string, lines: readonly TableLine[]): QrelsFormat {
  const fits = (format: QrelsFormat, { text }: TableLine): boolean => {
    const judgment = FORMS[format](text);
    return !Array.isArray(judgment) && GRADE.test(judgment.grade);
  };
  const forms = (['trec', 'beir'] as const).filter((format) => lines.every((line) => fits(format, line)));
  if (forms.length === 2) {
    const { line } = lines[0]!;
    const found = 'three columns between tabs, and four between white space';
    throw new InputError({ file, line, found, expected: 'one of the two; --qrels-format trec or beir says which' });
  }
  if (forms.length === 1) return forms[0]!;
  // Where TREC's columns fit as well, they are the same.
  if (lines.every((line) => fits('msmarco', line))) return 'msmarco';
  const first = FORMS.trec(lines[0]!.text);
  return Array.isArray(first) && tabbedColumns(lines[0]!.text).length === 3 ? 'beir' : 'trec';
}

function wrongColumns(file: string, line: number, columns: readonly string[]): InputError {
  return new InputError({ file, line, found: `${columns.length} columns`, expected: EXPECTED });
}
