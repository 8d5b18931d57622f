import { InputError } from '@tsarank/io';
import type { Document } from '../../document';
import type { CandidatesFormat } from '../format-names';
import type { LinePlace } from '../line-fields';
import type { TrecRun } from '../trec-run';

/** What a first stage returned; with the texts, where the file carries them. */
export interface Candidates {
  /** Documents by query in file order. Where the format has no scores: 1 / rank, so that higher scores come first. */
  run: TrecRun;
  queries?: Map<string, string>;
  documents?: Map<string, Document>;
  /** What the file was read as. */
  format: CandidatesFormat;
}

/** Collects candidates, and refuses what contradicts itself. */
export class CandidateList {
  readonly run: TrecRun = new Map();
  readonly queries = new Map<string, string>();
  readonly documents = new Map<string, Document>();
  readonly #seen = new Map<string, Set<string>>();

  /**
   * @param score Default: 1 / rank, the rank being the document's place among those of its query.
   * @throws {InputError} when the query has the document already.
   */
  add(queryId: string, docId: string, place: LinePlace, score?: number): void {
    const documents = this.run.get(queryId) ?? [];
    const ids = this.#seen.get(queryId) ?? new Set<string>();
    if (ids.has(docId)) {
      const found = `query ${queryId}, document ${docId} a second time`;
      throw new InputError({ ...place, found, expected: 'each document once a query' });
    }
    documents.push({ docId, score: score ?? 1 / (documents.length + 1) });
    this.run.set(queryId, documents);
    this.#seen.set(queryId, ids.add(docId));
  }

  /** @throws {InputError} when the query has another text already. */
  addQuery(queryId: string, text: string, place: LinePlace): void {
    const known = this.queries.get(queryId);
    if (known === undefined) this.queries.set(queryId, text);
    else if (known !== text) throw differing(place, 'query', queryId);
  }

  /** @throws {InputError} when the document has another text already. */
  addDocument(docId: string, document: Document, place: LinePlace): void {
    const known = this.documents.get(docId);
    if (known === undefined) this.documents.set(docId, document);
    else if (known.text !== document.text || known.title !== document.title) throw differing(place, 'document', docId);
  }
}

function differing(place: LinePlace, what: string, id: string): InputError {
  return new InputError({
    ...place,
    found: `another text of ${what} ${id} than before`,
    expected: 'one text for each id',
  });
}
