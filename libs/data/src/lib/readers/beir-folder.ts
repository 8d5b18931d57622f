import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { hashRows } from '../content-hash';
import { readCorpus } from './corpus';
import type { Document } from '../document';
import { readCollectionEvaluation, type CollectionEvaluation } from './dataset-file';
import { readQrels } from './qrels';
import type { Qrels } from './qrels';
import { readQueries } from './queries';

/** The parts of a collection, which never share a query. */
export const SPLITS = ['train', 'dev', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Documents, queries and what answers what. */
export interface Collection {
  name: string;
  documents: Map<string, Document>;
  queries: Map<string, string>;
  /** Judgments of each split that there are; ids without a document are kept, as trec_eval counts them. */
  qrels: Map<string, Qrels>;
  /** How it is evaluated where that differs from others, as its `dataset.json` says. */
  evaluation?: CollectionEvaluation;
}

/** A collection that knows the SHA-256 of its content: documents, queries and judgments, not its name. */
export type HashedCollection = Collection & { readonly hash: string };

/** Gives a collection its hash, computed when first asked for. The collection is not to be changed afterwards. */
export function hashedCollection(collection: Collection): HashedCollection {
  let hash: string | undefined;
  return Object.defineProperty({ ...collection }, 'hash', {
    get: () => (hash ??= hashRows(collectionRows(collection))),
  }) as HashedCollection;
}

/**
 * A collection in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, and `train.tsv`, `dev.tsv`, `test.tsv` under
 * `qrels/`, of which at least one.
 *
 * @throws {InputError} naming what is missing or wrong; a judged query without a text is wrong.
 */
export function readCollection(folder: string): HashedCollection {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError({ file: folder, found: existsSync(folder) ? 'a file' : 'nothing', expected: 'a folder' });
  }
  const documents = readCorpus(path.join(folder, 'corpus.jsonl'));
  const queries = readQueries(path.join(folder, 'queries.jsonl'));
  const qrels = new Map<string, Qrels>();
  for (const split of SPLITS) {
    const file = path.join(folder, 'qrels', `${split}.tsv`);
    if (!existsSync(file)) continue;
    const judged = readQrels(file);
    for (const queryId of judged.keys()) {
      if (!queries.has(queryId)) {
        throw new InputError({ file, field: 'query-id', found: `"${queryId}"`, expected: 'an id of queries.jsonl' });
      }
    }
    qrels.set(split, judged);
  }
  if (qrels.size === 0) {
    throw new InputError({
      file: path.join(folder, 'qrels'),
      found: 'no judgments',
      expected: 'train, dev or test.tsv',
    });
  }
  const name = path.basename(path.resolve(folder));
  const evaluation = readCollectionEvaluation(folder);
  return hashedCollection({ name, documents, queries, qrels, ...(evaluation && { evaluation }) });
}

function* collectionRows({ documents, queries, qrels, evaluation }: Collection): Iterable<string[]> {
  // Decides which candidates a query has.
  if (evaluation?.dropsOwnDocument) yield ['own documents', 'dropped'];
  for (const [docId, { title, text }] of byKey(documents)) yield ['document', docId, title, text];
  for (const [queryId, text] of byKey(queries)) yield ['query', queryId, text];
  for (const [split, judged] of byKey(qrels)) {
    for (const [queryId, grades] of byKey(judged)) {
      for (const [docId, grade] of byKey(grades)) yield ['grade', split, queryId, docId, String(grade)];
    }
  }
}

function byKey<T>(map: Map<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
