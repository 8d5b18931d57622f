import { InputError } from '@tsarank/io';
import type { RunFormat } from './format-names';
import { isTrecId, spacedColumns, tableLines, tabbedColumns, type TableLine } from './table-lines';

/** A document that a system returned for a query; higher scores come first. */
export interface ScoredDocument {
  docId: string;
  score: number;
}

/** What a system returned: query id -> documents. */
export type TrecRun = Map<string, ScoredDocument[]>;

export const TREC_RUN_LINES = 'TREC run lines: query, Q0, document, rank, score, tag';

/**
 * A TREC run, plain, `.gz` or `.zst`. The rank column is not used, as in trec_eval; columns after the tag are passed over, as there.
 *
 * @param options.format `tsv` for a file whose ids hold spaces between its tabs.
 * @returns Documents by query in file order.
 * @throws {InputError} naming file, line and field: too few columns, columns that shift because an id holds a space, a score that is not a finite number, a document
 *   returned twice for a query.
 */
export function readTrecRun(file: string, { format }: { format?: RunFormat } = {}): TrecRun {
  return trecRunOf(file, tableLines(file, TREC_RUN_LINES), format);
}

/** The same of lines that are read elsewhere. */
export function trecRunOf(file: string, lines: Iterable<TableLine>, format: RunFormat | undefined): TrecRun {
  const run: TrecRun = new Map();
  const seen = new Map<string, Set<string>>();
  for (const { text, line } of lines) {
    const columns = format === 'tsv' ? tabbedColumns(text) : spacedColumns(text);
    if (format === undefined) requireOneReading(file, line, text, columns);
    if (columns.length < 6) {
      throw new InputError({ file, line, found: `${columns.length} columns`, expected: TREC_RUN_LINES });
    }
    const [queryId, docId, score] = [columns[0]!, columns[2]!, columns[4]!];
    if (score.trim() === '' || !Number.isFinite(Number(score))) {
      throw new InputError({ file, line, field: 'score', found: JSON.stringify(score), expected: 'a finite number' });
    }
    const documents = run.get(queryId) ?? [];
    const ids = seen.get(queryId) ?? new Set<string>();
    if (ids.has(docId)) {
      const found = `query ${queryId}, document ${docId} a second time`;
      throw new InputError({ file, line, found, expected: 'each document once a query' });
    }
    documents.push({ docId, score: Number(score) });
    run.set(queryId, documents);
    seen.set(queryId, ids.add(docId));
  }
  return run;
}

/** Columns behind the tag are passed over, unless an id with a space may have pushed them there. */
function requireOneReading(file: string, line: number, text: string, columns: readonly string[]): void {
  if (columns.length <= 6) return;
  const [, q0, , rank, , tag] = columns as [string, string, string, string, string, string];
  const tabbed = tabbedColumns(text);
  // A tag may hold anything.
  const isTabbed = tabbed.length === 6 && tabbed.slice(0, -1).some((column) => spacedColumns(column).length > 1);
  const hasShifted =
    q0 !== 'Q0' ? columns.slice(2, -1).includes('Q0') : !/^-?\d+$/.test(rank) || Number.isFinite(Number(tag));
  if (!isTabbed && !hasShifted) return;
  throw new InputError({
    file,
    line,
    found: `${columns.length} columns between white space${isTabbed ? ', six between tabs' : ''}`,
    expected: isTabbed ? `one of the two; --run-format trec or tsv says which` : 'six: an id holds no white space',
  });
}

/**
 * A run as TREC text: queries in the run's order, documents in the order in which trec_eval ranks them (score
 * descending, then document id descending), ranks from 1, scores in the shortest form that reads back exactly.
 *
 * @param tag Name of the system, the last column.
 * @throws {RangeError} when a score is not finite, or an id or the tag is empty or holds white space.
 *
 * @example
 * formatTrecRun(new Map([['q1', [{ docId: 'd1', score: 0.5 }]]]), 'bm25'); // 'q1 Q0 d1 1 0.5 bm25\n'
 */
export function formatTrecRun(run: TrecRun, tag: string): string {
  requireWord('tag', tag);
  const lines: string[] = [];
  for (const [queryId, documents] of run) {
    requireWord('query id', queryId);
    [...documents].sort(trecOrder).forEach(({ docId, score }, index) => {
      requireWord('document id', docId);
      if (!Number.isFinite(score))
        throw new RangeError(`score of ${docId} for ${queryId} must be finite, got ${score}`);
      lines.push(`${queryId} Q0 ${docId} ${index + 1} ${score} ${tag}\n`);
    });
  }
  return lines.join('');
}

function trecOrder(a: ScoredDocument, b: ScoredDocument): number {
  return b.score - a.score || Buffer.compare(Buffer.from(b.docId), Buffer.from(a.docId));
}

function requireWord(name: string, value: string): void {
  if (!isTrecId(value)) {
    throw new RangeError(`${name} must be a word without white space, got ${JSON.stringify(value)}`);
  }
}
