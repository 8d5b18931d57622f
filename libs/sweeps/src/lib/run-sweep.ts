import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { acquireLock, WorkError } from '@tsarank/io';
import type { Executor } from './executors/executor';
import { prepareAttempt, recordAfter, noteAttempt, type RunAttempt } from './attempts';
import {
  failedRecord,
  isTransient,
  orphanRecord,
  readProgress,
  runFolder,
  type RunProgress,
  type TrackingRequest,
  writeRecord,
} from '@tsarank/runs';
import { resultChecker, type DamagedFile } from './sound-results';
import { modelKeeper, type Keep } from './kept-models';
import { stopRule } from './stop-rule';
import { sweepQueue } from './sweep-queue';

/** What happens during a sweep, in order. */
export type SweepEvent =
  | { type: 'start'; pending: readonly PlannedRun[]; finished: number }
  /** A result that is not what was written: it is put aside and made again. */
  | ({ type: 'damaged'; run: PlannedRun } & DamagedFile)
  | { type: 'run-start'; run: PlannedRun }
  | { type: 'run-progress'; run: PlannedRun; progress: RunProgress }
  /** It failed by what was done to it, and is tried again. */
  | { type: 'run-retry'; run: PlannedRun; record: RunRecord; attempt: number; attempts: number }
  | { type: 'run-end'; run: PlannedRun; record: RunRecord }
  | { type: 'stopping'; inFlight: number }
  | { type: 'end' };

export interface RunSweepOptions {
  /** Folder of all runs; one sweep at a time. */
  runsDir: string;
  executor: Executor;
  /** Stop at the first failed run; default: the others go on. */
  failFast?: boolean;
  /** Stop when the first this many runs all failed alike; 0: never. Default 3. */
  stopAlike?: number;
  /** More tries of a run that was killed, preempted, timed out or out of memory; a run that fails by itself has one. Default 2. */
  retries?: number;
  onEvent?: (event: SweepEvent) => void;
  /** Asks the running processes to save and end; where runs outlive this process, they go on. */
  signal?: AbortSignal;
  /** Milliseconds between looks at the running processes; default: the executor's. */
  pollMs?: number;
  /** Milliseconds that processes have to save and end; default 5000. */
  graceMs?: number;
  /** What the runs are told of trackers. */
  tracking?: TrackingRequest;
  /** Fine-tuned models that stay on the disk; default: see `modelKeeper`. */
  keep?: Keep;
}

export interface SweepOutcome {
  /** Runs executed now. */
  executed: number;
  /** Runs that had a sound result already. */
  finished: number;
  failed: RunRecord[];
  /** Why the sweep ended before its last run; absent when it did not. */
  stopped?: string;
}

interface InFlight {
  run: PlannedRun;
  job: unknown;
  attempt: number;
  /** When it was first seen running; waiting in a queue is no part of it. */
  startedAt?: number;
  seen: string;
}

/**
 * Executes what has no sound result yet, each run in a process of its own. A run that fails by itself leaves a record
 * that says why, and the others go on; whatever starts from a failed stage one fails with its cause. A run that something
 * was done to is tried again and goes on from its checkpoint. Runs that failed in an earlier sweep are tried again.
 *
 * @throws {WorkError} when another sweep holds the folder, when results can't be written any more, or `signal` ended this one.
 * @throws {InputError} when the folder can't be written.
 */
export async function runSweep(plan: SweepPlan, options: RunSweepOptions): Promise<SweepOutcome> {
  const lock = acquireLock(options.runsDir);
  try {
    return await execute(plan, options);
  } finally {
    lock.release();
  }
}

async function execute(plan: SweepPlan, options: RunSweepOptions): Promise<SweepOutcome> {
  const {
    runsDir,
    executor,
    onEvent,
    signal,
    tracking,
    retries = 2,
    pollMs = executor.pollMs,
    graceMs = 5000,
  } = options;
  const stateOf = resultChecker(runsDir, (run, damage) => onEvent?.({ type: 'damaged', run, ...damage }));
  const keeper = modelKeeper(plan, runsDir, options.keep);
  const queue = sweepQueue(plan.runs, stateOf, keeper.wants);
  const outcome: SweepOutcome = { executed: 0, finished: plan.runs.length - queue.pending.length, failed: [] };
  onEvent?.({ type: 'start', pending: queue.pending, finished: outcome.finished });
  const inFlight = new Set<InFlight>();
  const attempts = new Map<string, number>();
  /** Runs that were out of memory beside others. */
  const alone = new Set<string>();
  const reasonToStop = stopRule(options);

  const settle = (run: PlannedRun, record: RunRecord): void => {
    outcome.executed += 1;
    if (record.status === 'failed') outcome.failed.push(record);
    onEvent?.({ type: 'run-end', run, record });
    if (run.kind === 'score' && run.parent !== undefined) keeper.scored(run.parent);
    for (const orphan of queue.settle(run, record.status)) {
      const failed = orphanRecord(orphan, record);
      writeRecord(runsDir, failed);
      settle(orphan, failed);
    }
  };
  const mayStart = (run: PlannedRun): boolean => {
    const others = [...inFlight];
    if (others.length > 0 && (alone.has(run.runId) || others.some((other) => alone.has(other.run.runId)))) return false;
    return (
      executor.admit?.(
        run,
        others.map((other) => other.run),
      ).may !== 'wait'
    );
  };
  const start = async (): Promise<void> => {
    const batch: InFlight[] = [];
    while (inFlight.size < executor.slots) {
      const run = queue.take(mayStart);
      if (!run) break;
      const admission = executor.admit?.(
        run,
        [...inFlight].map((other) => other.run),
      );
      if (admission?.may === 'never') {
        const failed = failedRecord(run, { kind: 'out-of-memory', message: `not started: ${admission.why}` });
        writeRecord(runsDir, failed);
        settle(run, failed);
        continue;
      }
      const attempt = (attempts.get(run.runId) ?? 0) + 1;
      attempts.set(run.runId, attempt);
      prepareAttempt(runsDir, run, { attempt, executor: executor.name, tracking });
      const entry: InFlight = { run, job: undefined, attempt, seen: '' };
      batch.push(entry);
      inFlight.add(entry);
    }
    if (batch.length === 0) return;
    const jobs = await executor.submit(
      batch.map(({ run }) => run),
      runsDir,
    );
    batch.forEach((entry, at) => {
      entry.job = jobs[at];
      onEvent?.({ type: 'run-start', run: entry.run });
    });
  };
  const look = async (): Promise<void> => {
    const entries = [...inFlight];
    const states = await executor.poll(entries.map(({ job }) => job));
    for (const [at, entry] of entries.entries()) {
      const { run, job, attempt } = entry;
      const state = states[at]!;
      if (state.state === 'running') entry.startedAt ??= performance.now();
      if (state.state !== 'ended') {
        if (state.state === 'running') tellProgress(entry);
        continue;
      }
      inFlight.delete(entry);
      const record = recordAfter(runsDir, run, state.end, executor.logs(job));
      const { error } = record;
      const end: RunAttempt['end'] = error?.kind ?? 'done';
      const seconds = Math.round(performance.now() - (entry.startedAt ?? performance.now())) / 1000;
      const diary = {
        attempt,
        executor: executor.name,
        job: executor.describe(job),
        ended: new Date().toISOString(),
        seconds,
        end,
      };
      noteAttempt(runsDir, run.runId, { ...diary, ...(error ? { message: error.message } : {}) });
      if (error?.kind === 'storage')
        throw new WorkError(`run ${run.runId} can't write: ${error.message}; mend that, and the same command goes on`);
      if (error && isTransient(error) && attempt <= retries) {
        if (error.kind === 'out-of-memory' && inFlight.size > 0) alone.add(run.runId);
        queue.putBack(run);
        onEvent?.({ type: 'run-retry', run, record, attempt, attempts: retries + 1 });
        continue;
      }
      if (error) writeRecord(runsDir, record);
      settle(run, record);
    }
  };
  const tellProgress = (entry: InFlight): void => {
    const progress = readProgress(runFolder(runsDir, entry.run.runId).progress);
    const text = JSON.stringify(progress);
    if (!progress || text === entry.seen) return;
    entry.seen = text;
    onEvent?.({ type: 'run-progress', run: entry.run, progress });
  };
  try {
    keeper.tidy();
    while (!queue.isEmpty || inFlight.size > 0) {
      signal?.throwIfAborted();
      const why = reasonToStop(outcome);
      if (why !== undefined) {
        outcome.stopped = why;
        break;
      }
      await start();
      if (inFlight.size === 0) continue;
      await sleep(pollMs, undefined, { signal });
      await look();
    }
  } catch (error) {
    if (signal?.aborted) throw new WorkError(stoppedText(executor, inFlight.size), { cause: error });
    throw error;
  } finally {
    const jobs = [...inFlight].flatMap(({ job }) => job ?? []);
    if (jobs.length > 0 && !(executor.outlives && signal?.aborted)) {
      onEvent?.({ type: 'stopping', inFlight: jobs.length });
      await executor.cancel(jobs, graceMs);
    }
    await executor.close?.();
    onEvent?.({ type: 'end' });
  }
  return outcome;
}

function stoppedText({ outlives, name }: Executor, left: number): string {
  if (!outlives || left === 0) return 'stopped; the same command goes on from the last checkpoints';
  return `stopped watching; ${left} runs go on in ${name}, and the same command watches them again`;
}
