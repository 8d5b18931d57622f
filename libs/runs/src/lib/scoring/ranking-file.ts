import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunRecord } from '@tsarank/config';
import type { TrecRun } from '@tsarank/data';
import { InputError, sha256, writeFileAtomic } from '@tsarank/io';
import { runFolder } from '../run-folder';

/** A query's documents, best first, with their unrounded scores. */
export interface RankedList {
  query: string;
  documents: string[];
  scores: number[];
  /** Absent: by the model; false: no order of the list measures more than 0, and it is the first stage's. */
  scored?: false;
}

/**
 * Publishes a ranking, a list a line, compressed; equal rankings give equal bytes.
 *
 * @returns SHA-256 of the file.
 */
export function writeRanking(file: string, lists: readonly RankedList[]): string {
  const bytes = gzipSync(lists.map((list) => `${JSON.stringify(list)}\n`).join(''));
  writeFileAtomic(file, bytes);
  return sha256(bytes);
}

/**
 * A ranking as a scoring run left it.
 *
 * @param hash As its record names it.
 * @throws {InputError} when the file is not there, cut short, or another one.
 */
export function readRanking(file: string, hash: string): RankedList[] {
  return gunzipSync(checkedBytes(file, hash))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RankedList);
}

function checkedBytes(file: string, hash: string): Buffer {
  const bytes = existsSync(file) ? readFileSync(file) : undefined;
  const found = bytes ? sha256(bytes) : 'no such file';
  if (bytes && found === hash) return bytes;
  throw new InputError({ file, field: 'sha256', found, expected: hash });
}

/** As a run that measures read. */
export function asRun(lists: readonly RankedList[]): TrecRun {
  return new Map(
    lists.map(({ query, documents, scores }) => [query, documents.map((docId, at) => ({ docId, score: scores[at]! }))]),
  );
}

/** Why a finished scoring run's ranking can't be used; undefined where it can. */
export function rankingProblem(runsDir: string, { runId, result }: RunRecord): string | undefined {
  try {
    checkedBytes(runFolder(runsDir, runId).ranking, result?.ranking?.sha256 ?? 'none');
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
