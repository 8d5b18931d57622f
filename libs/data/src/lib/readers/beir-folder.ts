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

/** How the files of a collection may end; which form they have is known by their content. */
const ENDINGS = ['jsonl', 'json', 'tsv', 'txt', 'trec', 'xml', 'parquet', 'qrels', 'topics'].flatMap((ending) => [
  ending,
  `${ending}.gz`,
  `${ending}.zst`,
]);

/**
 * A collection in BEIR's layout: a corpus (`corpus.jsonl`), queries (`queries.jsonl`) and judgments for train, dev and test, of
 * which at least one (`qrels/test.tsv`). Each may be in any form that its reader knows, plain, `.gz` or `.zst`: `corpus.tsv`,
 * `collection.tsv.gz`, `corpus.parquet`, `topics.txt`, `qrels/test.txt`. The collection's hash is that of its content.
 *
 * @throws {InputError} naming what is missing, there twice or wrong; a judged query without a text is wrong.
 */
export function readCollection(folder: string): HashedCollection {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError({ file: folder, found: existsSync(folder) ? 'a file' : 'nothing', expected: 'a folder' });
  }
  const documents = readCorpus(collectionFile(folder, ['corpus', 'collection']) ?? path.join(folder, 'corpus.jsonl'));
  const queriesFile = collectionFile(folder, ['queries', 'topics']) ?? path.join(folder, 'queries.jsonl');
  const queries = readQueries(queriesFile);
  const qrels = new Map<string, Qrels>();
  for (const split of SPLITS) {
    const file = collectionFile(path.join(folder, 'qrels'), [split]);
    if (file === undefined) continue;
    const judged = readQrels(file);
    for (const queryId of judged.keys()) {
      if (!queries.has(queryId)) {
        const expected = `an id of ${path.basename(queriesFile)}`;
        throw new InputError({ file, field: 'query-id', found: `"${queryId}"`, expected });
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

/** The one file of a folder that has one of the names and an ending that is read. @throws {InputError} when there are several. */
function collectionFile(folder: string, names: readonly string[]): string | undefined {
  const found = names
    .flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`))
    .filter((name) => existsSync(path.join(folder, name)));
  if (found.length > 1) throw new InputError({ file: folder, found: found.join(' and '), expected: 'one of them' });
  return found[0] === undefined ? undefined : path.join(folder, found[0]);
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
