import type { RunConfig } from '@tsarank/config';
import {
  documentText,
  groupsFromCollection,
  readWeakPairs,
  resolveCollection,
  weakPairs,
  withoutOwnDocuments,
  type Collection,
  type Qrels,
  type RankingGroup,
  type TrecRun,
  type WeakPair,
} from '@tsarank/data';
import { InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { buildBm25Index, searchQueries, type Bm25Index } from '@tsarank/ranking';

/** What a collection is evaluated on. */
export interface TestSet {
  collection: Collection;
  qrels: Qrels;
  /** BM25's list for each query, as long as a configuration has candidates. */
  candidates: TrecRun;
}

/** The stage-one pairs of a configuration, drawn with its seed where they are limited. */
export function pretrainPairs({ pretrain, seed }: RunConfig): WeakPair[] {
  if (!pretrain) return [];
  const pairs: WeakPair[] = pretrain.pairs === 'embedded' ? weakPairs() : readWeakPairs(pretrain.pairs);
  const limit = pretrain.pairsLimit;
  return limit === undefined || limit >= pairs.length
    ? pairs
    : Random.fromSeed(seed, 'stage-one pairs').sample(pairs, limit);
}

/** A collection and the index over its documents. */
export interface IndexedCollection {
  collection: Collection;
  index: Bm25Index;
}

export function indexedCollection(name: string): IndexedCollection {
  const collection = resolveCollection(name);
  return { collection, index: buildBm25Index(collection.documents) };
}

/**
 * The stage-two groups: each training query's relevant documents, and its highest BM25 candidates that are not judged
 * relevant.
 *
 * @throws {InputError} when the collection has no training split, or nothing to learn from in it.
 */
export function finetuneGroups({ data, seed }: RunConfig, { collection, index }: IndexedCollection): RankingGroup[] {
  const judged = splitOf(collection, 'train');
  const chosen = chooseQueries(judged, data.trainQueries, Random.fromSeed(seed, 'training queries'));
  const run = firstStage({ collection, index }, chosen, data.negativePool);
  const train: Collection = { ...collection, qrels: new Map([['train', chosen]]) };
  const groups = groupsFromCollection(train, 'train', run);
  if (groups.length > 0) return groups;
  throw new InputError({
    field: 'data.collection',
    found: `no query of ${collection.name}'s training split with a relevant and another document`,
    expected: 'at least one',
  });
}

/** The queries of a split of a collection, drawn with a fixed seed where they are limited, and their candidates. */
export function testSet(
  { collection, index }: IndexedCollection,
  { split, candidates, queries }: { split: 'test' | 'dev'; candidates: number; queries?: number },
): TestSet {
  const judged = splitOf(collection, split);
  const qrels = chooseQueries(judged, queries, Random.fromSeed('test queries'));
  return { collection, qrels, candidates: firstStage({ collection, index }, qrels, candidates) };
}

/**
 * The lists that a model can do something about: those with a relevant document in them. Every order of another
 * list measures the same, 0, so that none needs to be scored.
 */
export function listsWithRelevant({ qrels, candidates }: TestSet): TrecRun {
  const isRelevant = (queryId: string, docId: string): boolean => (qrels.get(queryId)?.get(docId) ?? 0) > 0;
  return new Map([...candidates].filter(([queryId, list]) => list.some(({ docId }) => isRelevant(queryId, docId))));
}

/** A document of the highest grade for each query, in the queries' order. */
export function positivePairs({ collection, qrels }: TestSet, limit: number): WeakPair[] {
  const pairs: WeakPair[] = [];
  for (const [queryId, grades] of qrels) {
    const query = collection.queries.get(queryId);
    const found = [...grades].filter(([docId, grade]) => grade > 0 && collection.documents.has(docId));
    const best = found.sort(([, a], [, b]) => b - a)[0];
    if (query === undefined || !best) continue;
    pairs.push({ query, document: documentText(collection.documents.get(best[0])!) });
    if (pairs.length === limit) break;
  }
  return pairs;
}

/** BM25's list for each judged query; without the query's own document where the collection is evaluated so. */
function firstStage({ collection, index }: IndexedCollection, judged: Qrels, depth: number): TrecRun {
  const queries = textsOf(collection, judged);
  if (!collection.evaluation?.dropsOwnDocument) return searchQueries(index, queries, depth);
  return withoutOwnDocuments(searchQueries(index, queries, depth + 1), depth);
}

function splitOf(collection: Collection, split: 'train' | 'dev' | 'test'): Qrels {
  const judged = collection.qrels.get(split);
  if (judged) return judged;
  throw new InputError({
    field: `collection ${collection.name}`,
    found: `the splits ${[...collection.qrels.keys()].join(', ')}`,
    expected: `a split "${split}"`,
  });
}

function chooseQueries(judged: Qrels, limit: number | undefined, random: Random): Qrels {
  if (limit === undefined || limit >= judged.size) return judged;
  const ids = new Set(random.sample([...judged.keys()], limit));
  return new Map([...judged].filter(([queryId]) => ids.has(queryId)));
}

function textsOf(collection: Collection, qrels: Qrels): Map<string, string> {
  const texts = [...qrels.keys()].map((queryId) => [queryId, collection.queries.get(queryId)] as const);
  return new Map(texts.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}
