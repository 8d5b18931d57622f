import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeDirectory } from '@tsarank/io';
import { readRecord, runFolder } from '../run-folder';

/** A pair's hash (16 bytes) and its score (a double, big endian). */
const ENTRY = 24;

/** Scores by the hash of their pair (see `pairHash`). */
export type PairScores = Map<string, number>;

/**
 * Scores that lie in a file of whole entries; what a killed process left of a last one is not read.
 */
export function readPairScores(file: string): PairScores {
  const scores: PairScores = new Map();
  if (!existsSync(file)) return scores;
  const bytes = readFileSync(file);
  for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
    scores.set(bytes.toString('hex', at, at + 16), bytes.readDoubleBE(at + 16));
  }
  return scores;
}

/** Adds a chunk's scores to a file, in one writing. */
export function appendPairScores(file: string, pairs: readonly string[], scores: ArrayLike<number>): void {
  const bytes = Buffer.alloc(pairs.length * ENTRY);
  pairs.forEach((hash, at) => {
    bytes.write(hash, at * ENTRY, 'hex');
    bytes.writeDoubleBE(scores[at]!, at * ENTRY + 16);
  });
  appendFileSync(file, bytes);
}

/** Cuts a file back to its whole chunks, so that what is added next stands where it would without the interruption. */
export function keepWhole(file: string, entries: number): void {
  writeFileSync(file, existsSync(file) ? readFileSync(file).subarray(0, entries * ENTRY) : Buffer.alloc(0));
}

/**
 * Runs that finished scoring with the same weights and text settings, other than this one.
 *
 * @param scorer Id of both (see `scorerId`).
 */
export function runsOfScorer(runsDir: string, scorer: string, runId: string): string[] {
  const folder = path.join(runsDir, 'scorers', scorer);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== runId)
    .filter((name) => readRecord(runsDir, name)?.status === 'done' && existsSync(runFolder(runsDir, name).scores))
    .sort();
}

/** Makes a finished run's scores known to later runs of the same scorer. */
export function announceScores(runsDir: string, scorer: string, runId: string): void {
  const folder = path.join(runsDir, 'scorers', scorer);
  makeDirectory(folder);
  writeFileSync(path.join(folder, runId), '');
}
