import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCollectionEvaluation, readQrels, readQueries, splitQueries, SPLITS, type Qrels } from '@tsarank/data';
import { InputError, jsonLines, publishDirectory, requireFile, sha256File } from '@tsarank/io';
import type { Log } from '../log';

export interface SplitValues {
  collection?: string;
  corpus?: string;
  queries?: string;
  qrels?: string;
  out: string;
  train: number;
  dev: number;
  test: number;
  seed: number;
  overlap: number;
  keepApart: 'queries' | 'documents';
}

/** Groups of queries that are named in the log. */
const SHOWN = 3;

/** Writes a collection whose judgments are divided among train, dev and test; its documents are linked, not copied. */
export async function splitCollection(values: SplitValues, log: Log): Promise<void> {
  const { corpus, queries: queriesFile, qrels: qrelsFile } = filesOf(values);
  requireCorpus(corpus);
  const queries = readQueries(queriesFile);
  const qrels = readQrels(qrelsFile);
  const unknown = [...qrels.keys()].find((id) => !queries.has(id));
  if (unknown !== undefined) {
    throw new InputError({
      file: qrelsFile,
      field: 'query-id',
      found: `"${unknown}"`,
      expected: `an id of ${queriesFile}`,
    });
  }
  const { train, dev, test, seed, overlap, keepApart } = values;
  const shares = { train, dev, test };
  const { parts, groups } = splitQueries(queries, qrels, {
    shares,
    seed,
    overlap,
    keepDocumentsApart: keepApart === 'documents',
  });
  const evaluation = values.collection === undefined ? undefined : readCollectionEvaluation(values.collection);
  await publishDirectory(values.out, (folder) => {
    link(corpus, join(folder, 'corpus.jsonl'));
    if (queriesFile.endsWith('.jsonl')) link(queriesFile, join(folder, 'queries.jsonl'));
    else writeFileSync(join(folder, 'queries.jsonl'), jsonLinesOf(queries));
    mkdirSync(join(folder, 'qrels'));
    for (const [part, judged] of parts) writeFileSync(join(folder, 'qrels', `${part}.tsv`), tableOf(judged));
    const split = {
      shares,
      seed,
      overlap,
      keepApart,
      judgments: sha256File(qrelsFile),
      queries: sha256File(queriesFile),
      groups,
    };
    writeFileSync(
      join(folder, 'dataset.json'),
      `${JSON.stringify({ split, ...(evaluation && { evaluation }) }, null, 2)}\n`,
    );
  });
  report(parts, groups, queries.size - qrels.size, log);
}

function report(parts: ReadonlyMap<string, Qrels>, groups: readonly string[][], unjudged: number, log: Log): void {
  for (const [part, judged] of parts) {
    const judgments = [...judged.values()].reduce((sum, grades) => sum + grades.size, 0);
    log.info(`${part}: ${judged.size} queries, ${judgments} judgments`);
  }
  if (groups.length > 0) {
    const count = groups.reduce((sum, group) => sum + group.length, 0);
    const shown = groups.slice(0, SHOWN).map((group) => group.slice(0, SHOWN).join(' and '));
    log.info(
      `${count} queries were kept together in ${groups.length} groups, such as ${shown.join('; ')} (all: dataset.json)`,
    );
  }
  if (unjudged > 0) log.info(`${unjudged} queries have no judgment and are in no part`);
}

function filesOf({ collection, corpus, queries, qrels }: SplitValues): {
  corpus: string;
  queries: string;
  qrels: string;
} {
  if (collection !== undefined && corpus !== undefined && queries !== undefined && qrels !== undefined) {
    throw new InputError({
      field: 'collection',
      found: `${collection}, of which nothing is read`,
      expected: 'what the other options leave out',
    });
  }
  const of = (option: string, given: string | undefined, inFolder: (folder: string) => string): string => {
    if (given !== undefined) return given;
    if (collection !== undefined) return inFolder(collection);
    throw new InputError({
      field: option,
      found: 'nothing',
      expected: 'a file, or --collection with a folder that has it',
    });
  };
  return {
    corpus: of('corpus', corpus, (folder) => join(folder, 'corpus.jsonl')),
    queries: of('queries', queries, (folder) => join(folder, 'queries.jsonl')),
    qrels: of('qrels', qrels, onlyQrels),
  };
}

/** The one file of judgments that a folder has. */
function onlyQrels(folder: string): string {
  const place = join(folder, 'qrels');
  const names = existsSync(place) ? readdirSync(place).filter((name) => !name.startsWith('.')) : [];
  const parts = names.filter((name) => SPLITS.some((split) => name === `${split}.tsv`));
  const expected = 'one file of judgments; --qrels says which';
  if (parts.length > 1) throw new InputError({ file: place, found: `the parts ${parts.join(', ')} already`, expected });
  const [only, ...more] = parts.length === 1 ? parts : names;
  if (only === undefined || more.length > 0) {
    throw new InputError({ file: place, found: names.length === 0 ? 'nothing' : names.join(', '), expected });
  }
  return join(place, only);
}

/** @throws {InputError} where the documents are in another form than the layout has. */
function requireCorpus(file: string): void {
  requireFile(file);
  const first = jsonLines(file).next().value as { value: { _id?: unknown } } | undefined;
  if (first?.value?._id !== undefined) return;
  throw new InputError({
    file,
    line: 1,
    found: 'no "_id"',
    expected: `documents as BEIR has them, {"_id","title","text"} a line`,
  });
}

/** A second name for the same bytes; a copy where the disk is another one. */
function link(from: string, to: string): void {
  try {
    linkSync(realpathSync(from), to);
  } catch {
    copyFileSync(from, to);
  }
}

function jsonLinesOf(queries: ReadonlyMap<string, string>): string {
  return [...queries].map(([id, text]) => `${JSON.stringify({ _id: id, text })}\n`).join('');
}

function tableOf(judged: Qrels): string {
  const rows = [...judged].flatMap(([queryId, grades]) =>
    [...grades].map(([docId, grade]) => `${queryId}\t${docId}\t${grade}\n`),
  );
  return `query-id\tcorpus-id\tscore\n${rows.join('')}`;
}
