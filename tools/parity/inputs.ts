import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface PublishedGroup {
  query_id: number | string;
  query: string;
  positive_passages: { docid: string; text: string }[];
  negative_passages: { docid: string; text: string }[];
}

/** The files that both sides read. */
export interface ParityInputs {
  pairs: string;
  groups: string;
}

/**
 * Makes the inputs out of the published training files: the pairs of the first groups, and groups of 8.
 *
 * @param shared Folder with `data/rankinggpt`.
 */
export function makeInputs(shared: string, folder: string, count: { groups: number; pairs: number }): ParityInputs {
  const groups = firstLines<PublishedGroup>(join(shared, 'data/rankinggpt/msmarco.json'), count.groups);
  const pairs = groups.flatMap(({ query_id, query, positive_passages, negative_passages }) =>
    [...positive_passages, ...negative_passages].map(({ docid, text }) => ({
      query_id: String(query_id),
      docid,
      query,
      document: text,
    })),
  );
  const groupsOfEight = groups.map(({ query, positive_passages, negative_passages }) => ({
    query,
    documents: [positive_passages[0]!, ...negative_passages.slice(0, 7)].map(({ text }) => text),
  }));
  return {
    pairs: writeLines(join(folder, 'pairs.jsonl'), pairs.slice(0, count.pairs)),
    groups: writeLines(join(folder, 'groups.jsonl'), groupsOfEight),
  };
}

/** The BM25 top-100 of TREC DL 2019 with text, as corpus, queries and run. */
export function makeDl19(
  shared: string,
  folder: string,
): { corpus: string; queries: string; run: string; qrels: string } {
  const source = join(shared, 'data/trec-dl/dl19');
  const lists = JSON.parse(readFileSync(join(source, 'bm25_top100.json'), 'utf8')) as {
    query: string;
    hits: { content: string; qid: number | string; docid: string; rank: number; score: number }[];
  }[];
  const texts = new Map(lists.flatMap(({ hits }) => hits.map(({ docid, content }) => [String(docid), content])));
  const run = lists.flatMap(({ hits }) =>
    hits.map(({ qid, docid, rank, score }) => `${qid} Q0 ${docid} ${rank} ${score} bm25`),
  );
  const runFile = join(folder, 'dl19.trec');
  writeFileSync(runFile, `${run.join('\n')}\n`);
  return {
    corpus: writeLines(
      join(folder, 'dl19-corpus.jsonl'),
      [...texts].map(([_id, text]) => ({ _id, title: '', text })),
    ),
    queries: writeLines(
      join(folder, 'dl19-queries.jsonl'),
      lists.map(({ query, hits }) => ({ _id: String(hits[0]!.qid), text: query })),
    ),
    run: runFile,
    qrels: join(source, 'qrels.dl19-passage.txt'),
  };
}

/** Objects of a JSON lines file. */
export function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as T);
}

export function writeLines(file: string, values: readonly object[]): string {
  writeFileSync(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return file;
}

function firstLines<T>(file: string, count: number): T[] {
  return readLines<T>(file).slice(0, count);
}
