import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PlannedSet } from '@tsarank/ablation';
import { documentText, type Qrels, type TrecRun, type WeakPair } from '@tsarank/data';
import { InputError, publishDirectory, readJson, jsonLines, sha256, sha256File, waitForLock } from '@tsarank/io';
import { Random } from '@tsarank/random';

/** Positives and plain texts that perplexity is taken over. */
export const PERPLEXITY_TEXTS = 100;

/** Queries with their judgments and candidates, and the texts that scoring reads. */
export interface PreparedSet {
  queries: Map<string, string>;
  qrels: Qrels;
  /** The first stage's list for each query, best first. */
  candidates: TrecRun;
  /** Of candidates and of the documents that perplexity is taken over. */
  documents: Map<string, string>;
  /** A query and a document of its highest grade, for some queries. */
  positives: WeakPair[];
  /** Documents, for the perplexity of plain text. */
  plainTexts: string[];
}

/** What a test set is judged by and where it starts from; no texts. */
export type SetJudgments = Pick<PreparedSet, 'qrels' | 'candidates'>;

/** Where the prepared test sets of all runs lie. */
const folderOf = (runsDir: string, { id }: PlannedSet): string => path.join(runsDir, 'sets', id);

interface Manifest {
  id: string;
  files: Record<string, string>;
  positives: WeakPair[];
  plainTexts: string[];
}

interface QueryLine {
  id: string;
  text: string;
  judgments: [string, number][];
  candidates: string[];
  scores: number[];
}

/** How long another process may take to prepare a set. */
const PREPARING_MS = 24 * 3600 * 1000;

/**
 * The test set of a scoring run. The first run that needs it prepares it from its collection (candidates, texts); all
 * others, on this machine or another, read what that one left under `sets/`.
 */
export async function preparedSet(runsDir: string, set: PlannedSet): Promise<PreparedSet> {
  const folder = folderOf(runsDir, set);
  if (!existsSync(folder)) {
    const preparing = `${folder}.preparing`;
    const lock = await waitForLock(preparing, { waitMs: PREPARING_MS });
    try {
      if (!existsSync(folder)) await prepare(folder, set);
    } finally {
      lock.release();
      rmSync(preparing, { recursive: true, force: true });
    }
  }
  return readPrepared(folder);
}

/**
 * What a prepared set is judged by; undefined where no run has prepared it yet.
 *
 * @throws {InputError} when it is damaged.
 */
export function setJudgments(runsDir: string, set: PlannedSet): SetJudgments | undefined {
  const folder = folderOf(runsDir, set);
  if (!existsSync(folder)) return undefined;
  checkedManifest(folder, ['queries.jsonl']);
  const { qrels, candidates } = readQueries(folder);
  return { qrels, candidates };
}

async function prepare(folder: string, set: PlannedSet): Promise<void> {
  // On demand: reading and indexing a collection loads code that a run over a prepared set does not need.
  const { loadTestSet } = require('../inputs/run-data') as typeof import('../inputs/run-data');
  const { collection, qrels, candidates, positives } = loadTestSet(set, PERPLEXITY_TEXTS);
  const wanted = new Set([...candidates.values()].flatMap((list) => list.map(({ docId }) => docId)));
  const documents = [...collection.documents].filter(([id]) => wanted.has(id));
  const lines = [...qrels].map(([id, grades]): QueryLine => {
    const list = candidates.get(id) ?? [];
    return {
      id,
      text: collection.queries.get(id) ?? '',
      judgments: [...grades],
      candidates: list.map(({ docId }) => docId),
      scores: list.map(({ score }) => score),
    };
  });
  const texts = [...collection.documents.values()].map(documentText);
  const plainTexts =
    texts.length <= PERPLEXITY_TEXTS ? texts : Random.fromSeed('held-out texts').sample(texts, PERPLEXITY_TEXTS);
  await publishDirectory(folder, (temporary) => {
    const write = (name: string, values: readonly unknown[]): [string, string] => {
      const file = path.join(temporary, name);
      writeFileSync(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      return [name, sha256File(file)];
    };
    const files = Object.fromEntries([
      write('queries.jsonl', lines),
      write(
        'documents.jsonl',
        documents.map(([id, document]) => ({ id, text: documentText(document) })),
      ),
    ]);
    const manifest: Manifest = { id: set.id, files, positives, plainTexts };
    writeFileSync(path.join(temporary, 'set.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  });
}

function readPrepared(folder: string): PreparedSet {
  const { positives, plainTexts } = checkedManifest(folder, ['queries.jsonl', 'documents.jsonl']);
  const documents = new Map(
    [...jsonLines(path.join(folder, 'documents.jsonl'))].map(({ value }) => {
      const { id, text } = value as { id: string; text: string };
      return [id, text] as const;
    }),
  );
  return { ...readQueries(folder), documents, positives, plainTexts };
}

function readQueries(folder: string): Pick<PreparedSet, 'queries' | 'qrels' | 'candidates'> {
  const queries = new Map<string, string>();
  const qrels: Qrels = new Map();
  const candidates: TrecRun = new Map();
  for (const { value } of jsonLines(path.join(folder, 'queries.jsonl'))) {
    const { id, text, judgments, candidates: ids, scores } = value as QueryLine;
    queries.set(id, text);
    qrels.set(id, new Map(judgments));
    if (ids.length > 0)
      candidates.set(
        id,
        ids.map((docId, at) => ({ docId, score: scores[at]! })),
      );
  }
  return { queries, qrels, candidates };
}

function checkedManifest(folder: string, names: readonly string[]): Manifest {
  const file = path.join(folder, 'set.json');
  const manifest = readJson(file) as Manifest;
  for (const name of names) {
    const place = path.join(folder, name);
    if (existsSync(place) && sha256File(place) === manifest.files?.[name]) continue;
    const message = `is not what ${file} says; remove the folder ${folder}, and the next run prepares it again`;
    throw new InputError({ file: place, message });
  }
  return manifest;
}

/** Names the two texts of a pair in 16 bytes. */
export function pairHash(query: string, document: string): string {
  return sha256(JSON.stringify([query, document])).slice(0, 32);
}
