import { documentText } from '@tsarank/data';
import type { Document, ScoredDocument, TrecRun } from '@tsarank/data';
import { compareBytes } from '@tsarank/metrics';
import { englishTerms } from './english-terms';
import { separateTies } from '../trec-runs/separate-ties';
import { storedLength } from './stored-length';

export interface Bm25Options {
  /** Saturation of term frequency, 0 or more; default 0.9. */
  readonly k1?: number;
  /** Weight of document length, 0 to 1; default 0.4. */
  readonly b?: number;
}

/** An inverted index in memory. */
export interface Bm25Index {
  readonly documentCount: number;
  /** Terms of all documents, stop words left out. */
  readonly totalTerms: number;
  /**
   * The best documents of a query that share a term with it. Ties stand by document id ascending, as in Anserini, and
   * scores fall strictly along the list (separateTies), so that sorting by score keeps the order.
   *
   * @param limit Most documents to return.
   */
  search(query: string, limit: number): ScoredDocument[];
}

interface Postings {
  readonly documents: number[];
  readonly frequencies: number[];
}

/**
 * Indexes documents (title and text as one field) for BM25 as Lucene scores it, in 32-bit floats and with document
 * lengths of one byte:
 *
 *   score(q, d) = sum_{t in q} idf(t) * f / (f + k1 (1 - b + b |d| / avg))
 *   idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
 *
 * f: frequency of t in d; |d|: terms of d; N: documents with a term; n_t: those with t. A term that stands twice in
 * the query counts twice.
 *
 * @throws {RangeError} when k1 or b is out of range.
 *
 * Source: Lucene 9, BM25Similarity; Anserini's defaults for k1 and b.
 */
export function buildBm25Index(
  documents: ReadonlyMap<string, Document>,
  { k1 = 0.9, b = 0.4 }: Bm25Options = {},
): Bm25Index {
  if (!(k1 >= 0 && Number.isFinite(k1))) throw new RangeError(`k1 must be 0 or more, got ${k1}`);
  if (!(b >= 0 && b <= 1)) throw new RangeError(`b must be from 0 to 1, got ${b}`);
  // Positions follow the order of ids, so that ties need no comparison of texts.
  const docIds = [...documents.keys()].sort(compareBytes);
  const postings = new Map<string, Postings>();
  const lengths = docIds.map((docId, position) =>
    addDocument(postings, position, englishTerms(documentText(documents.get(docId)!))),
  );
  const totalTerms = lengths.reduce((sum, length) => sum + length, 0);
  const indexed = lengths.filter((length) => length > 0).length;
  const average = Math.fround(totalTerms / Math.max(indexed, 1));
  const inverseNorms = Float32Array.from(lengths, (length) => {
    const relative = Math.fround(storedLength(length) / average);
    return 1 / Math.fround(Math.fround(k1) * Math.fround(1 - Math.fround(b) + Math.fround(Math.fround(b) * relative)));
  });
  const scores = new Float64Array(docIds.length);

  function search(query: string, limit: number): ScoredDocument[] {
    const matched: number[] = [];
    for (const [term, count] of countTerms(englishTerms(query))) {
      const list = postings.get(term);
      if (list === undefined) continue;
      const n = list.documents.length;
      const weight = Math.fround(count * Math.fround(Math.log(1 + (indexed - n + 0.5) / (n + 0.5))));
      for (let index = 0; index < n; index += 1) {
        const position = list.documents[index]!;
        const saturation = Math.fround(1 + Math.fround(list.frequencies[index]! * inverseNorms[position]!));
        if (scores[position] === 0) matched.push(position);
        scores[position]! += Math.fround(weight - Math.fround(weight / saturation));
      }
    }
    const found = matched.map((position) => ({ position, score: Math.fround(scores[position]!) }));
    for (const position of matched) scores[position] = 0;
    found.sort((a, c) => c.score - a.score || a.position - c.position);
    return separateTies(found.slice(0, limit).map(({ position, score }) => ({ docId: docIds[position]!, score })));
  }

  return { documentCount: docIds.length, totalTerms, search };
}

/**
 * Searches for every query. Queries that find nothing are left out of the run, as in a TREC file.
 *
 * @param limit Most documents for a query.
 */
export function searchQueries(index: Bm25Index, queries: ReadonlyMap<string, string>, limit: number): TrecRun {
  const run: TrecRun = new Map();
  for (const [queryId, query] of queries) {
    const documents = index.search(query, limit);
    if (documents.length > 0) run.set(queryId, documents);
  }
  return run;
}

/** Appends a document's terms; returns how many there are. */
function addDocument(postings: Map<string, Postings>, position: number, terms: readonly string[]): number {
  for (const [term, frequency] of countTerms(terms)) {
    let list = postings.get(term);
    if (list === undefined) postings.set(term, (list = { documents: [], frequencies: [] }));
    list.documents.push(position);
    list.frequencies.push(frequency);
  }
  return terms.length;
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
