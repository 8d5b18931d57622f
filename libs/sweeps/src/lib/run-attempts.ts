import { appendFileSync } from 'node:fs';
import type { RunFailure } from '@tsarank/config';
import { runFolder } from '@tsarank/runs';

/** One time that a run was tried. */
export interface RunAttempt {
  /** From 1. */
  attempt: number;
  executor: string;
  /** What the executor calls it: process, array task, queue job. */
  job: string;
  /** ISO 8601, by the clock of the machine that watched it. */
  ended: string;
  seconds: number;
  end: 'done' | RunFailure['kind'];
  message?: string;
}

/** Adds a line to the run's `attempts.jsonl`; a diary that can't be written stops nothing. */
export function noteAttempt(runsDir: string, runId: string, attempt: RunAttempt): void {
  try {
    appendFileSync(runFolder(runsDir, runId).attempts, `${JSON.stringify(attempt)}\n`);
  } catch {
    // The record itself is what counts.
  }
}
