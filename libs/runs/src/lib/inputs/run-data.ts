import type { EvaluationSet, RunConfig } from '@tsarank/config';
import {
  documentText,
  groupsFromCollection,
  readGroups,
  readCandidates,
  readQrels,
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
import { rankByScore } from '@tsarank/metrics';
import { isJudgments } from './judgments-file';
import { Random } from '@tsarank/random';
import { buildBm25Index, searchQueries, type Bm25Index } from '@tsarank/ranking';

/** What a collection is evaluated on. */
export interface TestSet {
  collection: Collection;
  qrels: Qrels;
  /** The first stage's list for each query, best first, as deep as the set has it. */
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
interface IndexedCollection {
  collection: Collection;
  index: Bm25Index;
}

function indexedCollection(name: string): IndexedCollection {
  const collection = resolveCollection(name);
  return { collection, index: buildBm25Index(collection.documents) };
}

/**
 * The stage-two groups of a configuration: those of its file, or mined from its collection: each training query's relevant
 * documents, and its highest BM25 candidates that are not judged relevant.
 *
 * @throws {InputError} when the file holds no groups; when the collection has no training split, or nothing to learn from
 *   in it.
 */
export function finetuneGroups(config: RunConfig): RankingGroup[] {
  const { data, finetune, seed } = config;
  if (finetune?.groups === undefined) return minedGroups(config, indexedCollection(data.collection));
  const groups = readGroups(finetune.groups);
  const limit = data.trainQueries;
  return limit === undefined || limit >= groups.length
    ? groups
    : Random.fromSeed(seed, 'training queries').sample(groups, limit);
}

function minedGroups({ data, seed }: RunConfig, { collection, index }: IndexedCollection): RankingGroup[] {
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

/**
 * A test set made from its collection: the queries of its split, drawn with a fixed seed where they are limited, their
 * candidates, and some of its queries each with a relevant document.
 *
 * @throws {InputError} for a split that the collection lacks; for candidates of queries or documents that it lacks.
 */
export function loadTestSet(set: EvaluationSet, positives: number): TestSet & { positives: WeakPair[] } {
  return testSetOf(testCollection(set), set, positives);
}

/**
 * Where a set's texts and judgments are: its collection; or, where that is a file of judgments, the file and the texts that
 * the candidates carry.
 *
 * @throws {InputError} for a file of judgments beside candidates without texts.
 */
function testCollection({ name, collection, candidates, split }: EvaluationSet): Collection {
  if (!isJudgments(collection)) return resolveCollection(collection);
  const { queries, documents, format } = candidates === 'bm25' ? { format: 'bm25' } : readCandidates(candidates);
  if (!queries || !documents) {
    const found = `${collection}, a file of judgments, beside candidates without texts (${format})`;
    throw new InputError({ field: `set ${name}`, found, expected: 'a collection, or candidates that carry texts' });
  }
  return { name, documents, queries, qrels: new Map([[split, readQrels(collection)]]) };
}

/** The same of a collection that is read already. */
export function testSetOf(
  collection: Collection,
  set: EvaluationSet,
  positives: number,
): TestSet & { positives: WeakPair[] } {
  const qrels = chooseQueries(splitOf(collection, set.split), set.queries, Random.fromSeed('test queries'));
  const candidates =
    set.candidates === 'bm25'
      ? firstStage({ collection, index: buildBm25Index(collection.documents) }, qrels, set.depth)
      : givenCandidates(set, collection, qrels);
  const loaded = { collection, qrels, candidates };
  return { ...loaded, positives: positivePairs(loaded, positives) };
}

/** The best of a given ranking for each query of the set. */
function givenCandidates(
  { candidates: file, depth, name }: EvaluationSet,
  collection: Collection,
  qrels: Qrels,
): TrecRun {
  const { run } = readCandidates(file);
  const found: TrecRun = new Map();
  for (const queryId of qrels.keys()) {
    const list = run.get(queryId);
    if (!list || !collection.queries.has(queryId)) continue;
    const kept = collection.evaluation?.dropsOwnDocument ? list.filter(({ docId }) => docId !== queryId) : list;
    const best = rankByScore(kept).slice(0, depth);
    const unknown = best.find(({ docId }) => !collection.documents.has(docId));
    if (unknown) {
      const found = `document "${unknown.docId}" of query "${queryId}"`;
      throw new InputError({ file, field: `set ${name}`, found, expected: `documents of ${collection.name}` });
    }
    found.set(queryId, best);
  }
  if (found.size > 0) return found;
  const expected = `candidates of queries of ${collection.name}, such as "${[...qrels.keys()][0]}"`;
  throw new InputError({ file, field: `set ${name}`, found: `queries such as "${[...run.keys()][0]}"`, expected });
}

/**
 * The lists that a model can do something about: those with a relevant document in them. Every order of another
 * list measures the same, 0, so that none needs to be scored.
 */
export function listsWithRelevant({ qrels, candidates }: Pick<TestSet, 'qrels' | 'candidates'>): TrecRun {
  const isRelevant = (queryId: string, docId: string): boolean => (qrels.get(queryId)?.get(docId) ?? 0) > 0;
  return new Map([...candidates].filter(([queryId, list]) => list.some(({ docId }) => isRelevant(queryId, docId))));
}

/** A document of the highest grade for each query, in the queries' order. */
function positivePairs({ collection, qrels }: TestSet, limit: number): WeakPair[] {
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

function splitOf(collection: Collection, split: EvaluationSet['split']): Qrels {
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
