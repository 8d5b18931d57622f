import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { acquireLock, WorkError } from '@tsarank/io';
import type { Executor } from './executor';
import type { RunProgress } from './run-cost';
import { failedRecord, failureOfProcess, type ProcessEnd } from './run-failure';
import { forgetRecord, readRecord, runFolder, writePlannedRun, writeRecord } from './run-folder';
import { sweepQueue } from './sweep-queue';

/** What happens during a sweep, in order. */
export type SweepEvent =
  | { type: 'start'; pending: readonly PlannedRun[]; finished: number }
  | { type: 'run-start'; run: PlannedRun }
  | { type: 'run-progress'; run: PlannedRun; progress: RunProgress }
  | { type: 'run-end'; run: PlannedRun; record: RunRecord }
  | { type: 'end' };

export interface RunSweepOptions {
  /** Folder of all runs; one sweep at a time. */
  runsDir: string;
  executor: Executor;
  /** Stop at the first failed run; default: the others go on. */
  failFast?: boolean;
  onEvent?: (event: SweepEvent) => void;
  /** Ends the running processes; their checkpoints stay. */
  signal?: AbortSignal;
  /** Milliseconds between looks at the running processes. */
  pollMs?: number;
}

export interface SweepOutcome {
  /** Runs executed now. */
  executed: number;
  /** Runs that had a record already. */
  finished: number;
  failed: RunRecord[];
}

interface RunningJob {
  run: PlannedRun;
  job: unknown;
  lastProgress?: RunProgress;
}

/**
 * Executes what has no done record yet, each run in a process of its own. A run that fails leaves a record that says
 * why, and the others go on; whatever starts from a failed stage one fails with its cause. Failed runs are tried again.
 *
 * @throws {WorkError} when another sweep holds the folder, or `signal` ended this one.
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

async function execute(plan: SweepPlan, { runsDir, executor, failFast, onEvent, signal, pollMs = 100 }: RunSweepOptions): Promise<SweepOutcome> {
  const queue = sweepQueue(plan.runs, (run) => isDone(runsDir, run));
  const outcome: SweepOutcome = { executed: 0, finished: plan.runs.length - queue.pending.length, failed: [] };
  onEvent?.({ type: 'start', pending: queue.pending, finished: outcome.finished });
  const running = new Set<RunningJob>();

  const settle = (run: PlannedRun, record: RunRecord): void => {
    outcome.executed += 1;
    if (record.status === 'failed') outcome.failed.push(record);
    onEvent?.({ type: 'run-end', run, record });
    for (const orphan of queue.settle(run, record.status)) {
      const error = { kind: record.error!.kind, message: `stage one (run ${run.runId}) failed: ${record.error!.message}` };
      const failed = failedRecord(orphan, error);
      writeRecord(runsDir, failed);
      settle(orphan, failed);
    }
  };
  try {
    while (!queue.isEmpty || running.size > 0) {
      signal?.throwIfAborted();
      if (failFast && outcome.failed.length > 0) break;
      while (running.size < executor.slots) {
        const run = queue.take();
        if (!run) break;
        forgetRecord(runsDir, run.runId);
        writePlannedRun(runsDir, run);
        running.add({ run, job: executor.submit(run, runsDir) });
        onEvent?.({ type: 'run-start', run });
      }
      await sleep(pollMs, undefined, { signal });
      for (const entry of running) {
        const state = executor.poll(entry.job);
        if (state.state === 'running') {
          if (state.progress && state.progress !== entry.lastProgress) {
            entry.lastProgress = state.progress;
            onEvent?.({ type: 'run-progress', run: entry.run, progress: state.progress });
          }
          continue;
        }
        running.delete(entry);
        settle(entry.run, recordAfter(runsDir, entry.run, state.end, executor.logs(entry.job)));
      }
    }
  } catch (error) {
    if (signal?.aborted) throw new WorkError('stopped; the same command goes on from the last checkpoints', { cause: error });
    throw error;
  } finally {
    for (const { job } of running) executor.cancel(job);
    onEvent?.({ type: 'end' });
  }
  return outcome;
}

function isDone(runsDir: string, run: PlannedRun): boolean {
  if (readRecord(runsDir, run.runId)?.status !== 'done') return false;
  return run.kind === 'run' || existsSync(runFolder(runsDir, run.runId).model);
}

/** The record that the run left, or one made from how its process ended. */
function recordAfter(runsDir: string, run: PlannedRun, end: ProcessEnd, log: string): RunRecord {
  const record = readRecord(runsDir, run.runId);
  if (record) return record;
  const failed = failedRecord(run, failureOfProcess(end, log));
  writeRecord(runsDir, failed);
  return failed;
}
