import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';

/** What is left of a sweep, in the order it should be started. */
export interface SweepQueue {
  /** Runs that are to be executed, in all. */
  readonly pending: readonly PlannedRun[];
  /** The next run whose stage one is there and that `may` start, taken off the queue; undefined when there is none yet. */
  take(may?: (run: PlannedRun) => boolean): PlannedRun | undefined;
  /** Puts a run that was taken back in front, for another try. */
  putBack(run: PlannedRun): void;
  /** A run has ended; returns the queued runs that can't be executed any more because it failed. */
  settle(run: PlannedRun, status: RunRecord['status']): PlannedRun[];
  readonly isEmpty: boolean;
}

/**
 * Runs that lack a done record, stage-one runs first, each run only after the stage-one run it starts from. A stage-one
 * run that nobody waits for is left out.
 *
 * @param isDone Whether a run's result is there already.
 */
export function sweepQueue(runs: readonly PlannedRun[], isDone: (run: PlannedRun) => boolean): SweepQueue {
  const unfinished = runs.filter((run) => !isDone(run));
  const wanted = new Set(unfinished.flatMap((run) => (run.stageId === undefined ? [] : [run.stageId])));
  const pending = unfinished.filter((run) => run.kind === 'run' || wanted.has(run.runId));
  const stages = pending.filter((run) => run.kind === 'pretrain');
  let queue = [...stages, ...pending.filter((run) => run.kind === 'run')];
  const awaited = new Set(stages.map((run) => run.runId));
  return {
    pending: [...queue],
    take(may = () => true) {
      const at = queue.findIndex((run) => (run.stageId === undefined || !awaited.has(run.stageId)) && may(run));
      return at < 0 ? undefined : queue.splice(at, 1)[0];
    },
    putBack(run) {
      queue.unshift(run);
    },
    settle(run, status) {
      if (status === 'done') awaited.delete(run.runId);
      if (status === 'done' || run.kind === 'run') return [];
      const orphans = queue.filter((other) => other.stageId === run.runId);
      queue = queue.filter((other) => other.stageId !== run.runId);
      return orphans;
    },
    get isEmpty() {
      return queue.length === 0;
    },
  };
}
