import type { LossSummary } from '@tsarank/config';
import { writeFileAtomic } from '@tsarank/io';

/** One training step as it is logged. */
export interface LossRow {
  step: number;
  loss: number;
  rank?: number;
  nextToken?: number;
  differencePenalty?: number;
  gradNorm: number;
  tokens: number;
  seconds: number;
}

const TERMS = ['rank', 'nextToken', 'differencePenalty'] as const;

/** Means over the first and the last tenth of a stage's steps, at least one step each. */
export function summarizeLosses(rows: readonly LossRow[]): LossSummary {
  const tenth = Math.max(1, Math.round(rows.length / 10));
  const last = rows.slice(-tenth);
  const terms = TERMS.filter((term) => last.every((row) => row[term] !== undefined));
  return {
    steps: rows.length,
    first: mean(rows.slice(0, tenth).map((row) => row.loss)),
    last: mean(last.map((row) => row.loss)),
    terms: Object.fromEntries(terms.map((term) => [term, mean(last.map((row) => row[term]!))])),
  };
}

/** Publishes a stage's log, one line a step. */
export function writeLosses(file: string, rows: readonly LossRow[]): void {
  writeFileAtomic(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Seconds of all steps, whichever process took them. */
export function secondsOf(rows: readonly LossRow[]): number {
  return rows.reduce((sum, row) => sum + row.seconds, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
