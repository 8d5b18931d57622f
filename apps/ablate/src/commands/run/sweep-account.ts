import type { PlannedRun } from '@tsarank/ablation';
import { doneShare, runCost } from '@tsarank/estimate';
import type { RunProgress } from '@tsarank/runs';
import type { SweepEvent } from '@tsarank/sweeps';
import type { RunShown } from './run-line';

/** How far a sweep is. */
export interface SweepAccount {
  take(event: SweepEvent): void;
  /** Seconds; `left` is absent while nothing is known of the speed. */
  sweep(): { share: number; ended: number; pending: number; failed: number; elapsed: number; left?: number };
  inFlight(): RunShown[];
  /** Seconds since the run was started last. */
  secondsOf(run: PlannedRun): number;
}

interface Entry {
  run: PlannedRun;
  work: number;
  share: number;
  startedAt: number;
  /** Share at the first sign of life: what a resumed run had done already. */
  firstShare?: number;
  progress?: RunProgress;
}

/**
 * Keeps count of a sweep by the rough work of its runs. What resumed runs had done before took no time of this sweep and
 * counts for no speed.
 *
 * @param now Milliseconds that never go back.
 */
export function sweepAccount(now: () => number): SweepAccount {
  const startedAt = now();
  const running = new Map<string, Entry>();
  const lastSeconds = new Map<string, number>();
  let [ended, pending, failed] = [0, 0, 0];
  let [workDone, workTotal, workSkipped] = [0, 0, 0];
  const since = (milliseconds: number): number => (now() - milliseconds) / 1000;
  const leave = (runId: string): Entry | undefined => {
    const entry = running.get(runId);
    if (entry) lastSeconds.set(runId, since(entry.startedAt));
    running.delete(runId);
    return entry;
  };
  return {
    take(event) {
      if (event.type === 'start') {
        pending = event.pending.length;
        workTotal = event.pending.reduce((sum, run) => sum + workOf(run), 0);
      } else if (event.type === 'run-start') {
        running.set(event.run.runId, { run: event.run, work: workOf(event.run), share: 0, startedAt: now() });
      } else if (event.type === 'run-progress') {
        const entry = running.get(event.run.runId)!;
        entry.progress = event.progress;
        entry.share = doneShare(event.run, event.progress);
        if (event.progress.phase !== 'load') entry.firstShare ??= event.progress.done > 1 ? entry.share : 0;
      } else if (event.type === 'run-retry') {
        leave(event.run.runId);
      } else if (event.type === 'run-end') {
        const entry = leave(event.run.runId);
        const work = workOf(event.run);
        ended += 1;
        workDone += work;
        workSkipped += (entry?.firstShare ?? 0) * work;
        if (event.record.status === 'failed') {
          failed += 1;
          workSkipped += work * (1 - (entry?.share ?? 0));
        }
      }
    },
    sweep() {
      const entries = [...running.values()];
      const inHand = entries.reduce((sum, { work, share }) => sum + work * share, 0);
      const inherited = entries.reduce((sum, { work, firstShare = 0 }) => sum + work * firstShare, workSkipped);
      const elapsed = since(startedAt);
      const rate = (workDone + inHand - inherited) / elapsed;
      const left = rate > 0 ? { left: (workTotal - workDone - inHand) / rate } : {};
      return { share: workTotal > 0 ? (workDone + inHand) / workTotal : 1, ended, pending, failed, elapsed, ...left };
    },
    inFlight: () =>
      [...running.values()].map(({ run, progress, share, firstShare = 0, startedAt: start }) => {
        const rate = (share - firstShare) / since(start);
        return { run, ...(progress ? { progress } : {}), ...(rate > 0 ? { left: (1 - share) / rate } : {}) };
      }),
    secondsOf: ({ runId }) => lastSeconds.get(runId) ?? 0,
  };
}

function workOf(run: PlannedRun): number {
  return Object.values(runCost(run)).reduce((sum, cost) => sum + cost, 0);
}
