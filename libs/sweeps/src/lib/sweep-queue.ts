import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';

/** What is there of a run: nothing that counts; its result; or its result without the model that it left. */
export type ResultState = 'missing' | 'done' | 'done without its model';

/** What is left of a sweep, in the order it should be started. */
export interface SweepQueue {
  /** Runs that are to be executed, in all. */
  readonly pending: readonly PlannedRun[];
  /** The next run whose parent's model is there and that `may` start, taken off the queue; undefined when there is none yet. */
  take(may?: (run: PlannedRun) => boolean): PlannedRun | undefined;
  /** Puts a run that was taken back in front, for another try. */
  putBack(run: PlannedRun): void;
  /** A run has ended; returns the queued runs that can't be executed any more because it failed. */
  settle(run: PlannedRun, status: RunRecord['status']): PlannedRun[];
  readonly isEmpty: boolean;
}

/**
 * The runs that a sweep has to execute: those without a result, and those whose model is gone and wanted by one of them. A
 * stage-one run that nobody waits for is left out.
 *
 * @param runs Parents before the runs that start from them.
 * @param wantsModel Runs whose model has to be there in any case.
 */
export function openRuns(
  runs: readonly PlannedRun[],
  stateOf: (run: PlannedRun) => ResultState,
  wantsModel: (runId: string) => boolean = () => false,
): PlannedRun[] {
  const wanted = new Set(runs.map(({ runId }) => runId).filter(wantsModel));
  const open = [...runs].reverse().filter((run) => {
    const state = stateOf(run);
    const isOpen = wanted.has(run.runId) ? state !== 'done' : state === 'missing' && run.kind !== 'pretrain';
    if (isOpen && run.parent !== undefined) wanted.add(run.parent);
    return isOpen;
  });
  return open.reverse();
}

/** The open runs: stage one first, then each run followed by those that score its model, each only after its parent. */
export function sweepQueue(
  runs: readonly PlannedRun[],
  stateOf: (run: PlannedRun) => ResultState,
  wantsModel?: (runId: string) => boolean,
): SweepQueue {
  const pending = inOrder(openRuns(runs, stateOf, wantsModel));
  let queue = [...pending];
  const awaited = new Set(pending.map(({ runId }) => runId));
  const isReady = ({ parent }: PlannedRun): boolean => parent === undefined || !awaited.has(parent);
  return {
    pending,
    take(may = () => true) {
      const at = queue.findIndex((run) => isReady(run) && may(run));
      return at < 0 ? undefined : queue.splice(at, 1)[0];
    },
    putBack(run) {
      queue.unshift(run);
    },
    settle(run, status) {
      if (status === 'done') {
        awaited.delete(run.runId);
        return [];
      }
      const orphans = queue.filter(({ parent }) => parent === run.runId);
      queue = queue.filter(({ parent }) => parent !== run.runId);
      return orphans;
    },
    get isEmpty() {
      return queue.length === 0;
    },
  };
}

function inOrder(runs: readonly PlannedRun[]): PlannedRun[] {
  const scoresOf = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    if (run.kind !== 'score' || run.parent === undefined) continue;
    scoresOf.set(run.parent, [...(scoresOf.get(run.parent) ?? []), run]);
  }
  const isPlaced = new Set(runs.map(({ runId }) => runId));
  const followed = (run: PlannedRun): PlannedRun[] => [run, ...(scoresOf.get(run.runId) ?? [])];
  const stages = runs.filter(({ kind }) => kind === 'pretrain');
  const rest = runs.filter(
    ({ kind, parent }) => kind === 'finetune' || (kind === 'score' && (parent === undefined || !isPlaced.has(parent))),
  );
  return [...stages, ...rest.flatMap(followed), ...stages.flatMap(({ runId }) => scoresOf.get(runId) ?? [])];
}
