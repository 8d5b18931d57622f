import { documentText } from '@tsarank/data';
import type { Document, ScoredDocument, TrecRun, WeakPair } from '@tsarank/data';
import { InputError } from '@tsarank/io';
import { rankByScore } from '@tsarank/metrics';
import type { PairPlace } from '../scoring/score-pairs';
import { separateTies } from './separate-ties';

/** Anything that scores pairs: scores in their order, higher for more relevant. It may name a pair by its place. */
export type PairScorer = (pairs: readonly WeakPair[], places: readonly PairPlace[]) => Promise<ArrayLike<number>>;

export interface RerankOptions {
  /** Candidates by query. */
  readonly run: TrecRun;
  /** Where texts come from; a Collection will do. */
  readonly collection: {
    readonly documents: ReadonlyMap<string, Document>;
    readonly queries: ReadonlyMap<string, string>;
  };
  readonly scorer: PairScorer;
  /** Candidates of a query that are scored; default all. */
  readonly top?: number;
}

/**
 * Scores the first `top` candidates of each query and sorts them; the others keep their order below, with scores
 * falling by 1 from the lowest. Candidates that the scorer finds equal keep the order they came in, and scores are set
 * apart by the least step that holds it (separateTies).
 *
 * @returns Queries in the order of the run.
 * @throws {InputError} naming a query or document that the collection lacks.
 * @throws {RangeError} when `top` is not an integer of 1 or more, or the scorer returns too few scores.
 */
export async function rerank({ run, collection, scorer, top = Infinity }: RerankOptions): Promise<TrecRun> {
  if (!(top === Infinity || (Number.isInteger(top) && top >= 1))) {
    throw new RangeError(`top must be an integer of 1 or more, got ${top}`);
  }
  const lists = [...run].map(([queryId, documents]) => ({ queryId, documents: rankByScore(documents) }));
  const pairs = lists.flatMap(({ queryId, documents }) =>
    documents.slice(0, top).map(({ docId }) => pairOf(collection, queryId, docId)),
  );
  const places = lists.flatMap(({ queryId, documents }) =>
    documents.slice(0, top).map(({ docId }) => ({ message: `query "${queryId}" with document "${docId}"` })),
  );
  const scores = await scorer(pairs, places);
  if (scores.length !== pairs.length) throw new RangeError(`${pairs.length} pairs got ${scores.length} scores`);
  let next = 0;
  const reranked: TrecRun = new Map();
  for (const { queryId, documents } of lists) {
    const scored = documents.slice(0, top).map(({ docId }) => ({ docId, score: scores[next++]! }));
    scored.sort((a, b) => b.score - a.score);
    reranked.set(queryId, withRest(separateTies(scored), documents.slice(top)));
  }
  return reranked;
}

function withRest(scored: ScoredDocument[], rest: readonly ScoredDocument[]): ScoredDocument[] {
  const lowest = scored.at(-1)?.score ?? 0;
  return [...scored, ...rest.map(({ docId }, index) => ({ docId, score: lowest - 1 - index }))];
}

function pairOf(collection: RerankOptions['collection'], queryId: string, docId: string): WeakPair {
  const query = collection.queries.get(queryId);
  if (query === undefined) throw new InputError({ message: `the queries have no query "${queryId}" of the run` });
  const document = collection.documents.get(docId);
  if (document === undefined) {
    throw new InputError({ message: `the corpus has no document "${docId}", candidate of query "${queryId}"` });
  }
  return { query, document: documentText(document) };
}
