import { InputError } from '@tsarank/io';
import { readTable } from './table-lines';

/** Relevance grades: query id -> document id -> grade; above 0 is relevant. */
export type Qrels = Map<string, Map<string, number>>;

/** Line forms by their number of columns: where the document's id and the grade stand. */
const FORMS: ReadonlyMap<number, { docId: number; grade: number }> = new Map([
  [3, { docId: 1, grade: 2 }],
  [4, { docId: 2, grade: 3 }],
]);

/**
 * Judgments from a TREC file (query id, iteration, document id, grade) or a BEIR table (query-id, corpus-id, score,
 * with or without its header line).
 *
 * @throws {InputError} naming file, line and field: a wrong number of columns, a grade that is not a whole number, a
 *   pair judged twice.
 */
export function readQrels(file: string): Qrels {
  const expected = 'TREC qrels (query, iteration, document, grade) or a BEIR table (query-id, corpus-id, score)';
  const qrels: Qrels = new Map();
  readTable(file, expected).forEach(({ columns, line }, index) => {
    if (index === 0 && columns[0] === 'query-id') return;
    const form = FORMS.get(columns.length);
    if (form === undefined) throw new InputError({ file, line, found: `${columns.length} columns`, expected });
    const [queryId, docId, grade] = [columns[0]!, columns[form.docId]!, columns[form.grade]!];
    if (!/^[+-]?\d+$/.test(grade)) {
      throw new InputError({ file, line, field: 'grade', found: JSON.stringify(grade), expected: 'a whole number' });
    }
    const grades = qrels.get(queryId) ?? new Map<string, number>();
    if (grades.has(docId)) {
      const found = `query ${queryId}, document ${docId} a second time`;
      throw new InputError({ file, line, found, expected: 'one judgment for each pair' });
    }
    qrels.set(queryId, grades.set(docId, Number(grade)));
  });
  if (qrels.size === 0) throw new InputError({ file, found: 'a header alone', expected: 'judgments' });
  return qrels;
}
