import { appendFileSync, rmSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord, RunFailure } from '@tsarank/config';
import {
  ATTEMPT_MARK,
  failedRecord,
  failureOfProcess,
  forgetRecord,
  type ProcessEnd,
  readRecord,
  runFolder,
  type TrackingRequest,
  writePlannedRun,
} from '@tsarank/runs';

export interface AttemptOptions {
  /** From 1. */
  attempt: number;
  executor: string;
  tracking?: TrackingRequest;
}

/**
 * Makes a run's folder ready for another try: what is planned is written, an earlier failure and progress are forgotten,
 * checkpoint, losses and logs stay. A result that another process has published meanwhile is left alone.
 *
 * @throws {InputError} when the folder can't be written.
 */
export function prepareAttempt(
  runsDir: string,
  run: PlannedRun,
  { attempt, executor, tracking }: AttemptOptions,
): void {
  const { log, progress } = runFolder(runsDir, run.runId);
  if (readRecord(runsDir, run.runId)?.status !== 'done') forgetRecord(runsDir, run.runId);
  rmSync(progress, { force: true });
  writePlannedRun(runsDir, run, tracking);
  appendFileSync(log, `${ATTEMPT_MARK}${attempt} (${executor}, ${new Date().toISOString()})\n`);
}

/** The record that a run left, or one made from how its process ended; nothing is written. */
export function recordAfter(runsDir: string, run: PlannedRun, end: ProcessEnd, log: string): RunRecord {
  return readRecord(runsDir, run.runId) ?? failedRecord(run, failureOfProcess(end, log));
}

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
