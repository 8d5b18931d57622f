import type { PlannedRun } from '@tsarank/ablation';
import { sweepQueue } from './sweep-queue';

/** How a sweep would go. */
export interface SweepSchedule {
  /** From the first start to the last end. */
  seconds: number;
  /** Most bytes of all runs in flight at a time. */
  memory: number;
}

/**
 * How long a sweep takes: runs in the queue's order, each taken by the first free slot, stage-one runs first and none before
 * the stage-one run it starts from has ended.
 *
 * @param runs Those still to be executed, with what each is estimated to take.
 * @param slots Runs at a time.
 */
export function sweepSchedule(
  runs: readonly PlannedRun[],
  estimateOf: (run: PlannedRun) => { seconds?: number; memory: number },
  slots: number,
): SweepSchedule {
  const queue = sweepQueue(runs, () => 'missing');
  const inFlight: { run: PlannedRun; ends: number; memory: number }[] = [];
  let now = 0;
  let memory = 0;
  for (;;) {
    for (
      let run = inFlight.length < slots ? queue.take() : undefined;
      run;
      run = inFlight.length < slots ? queue.take() : undefined
    ) {
      const estimate = estimateOf(run);
      inFlight.push({ run, ends: now + (estimate.seconds ?? 0), memory: estimate.memory });
    }
    if (inFlight.length === 0) return { seconds: now, memory };
    memory = Math.max(
      memory,
      inFlight.reduce((sum, entry) => sum + entry.memory, 0),
    );
    const next = inFlight.reduce((first, entry) => (entry.ends < first.ends ? entry : first));
    inFlight.splice(inFlight.indexOf(next), 1);
    now = next.ends;
    queue.settle(next.run, 'done');
  }
}
