import type { PlannedRun } from '@tsarank/ablation';
import type { Admission } from '../executor';

/** What runs need and what there is, in bytes. */
export interface MemoryBudget {
  /** For all runs in flight together. */
  limit: number;
  /** Peak of a run's process, as estimated. */
  needOf: (run: PlannedRun) => number;
}

const GIB = 2 ** 30;

/** Lets a run start only while it and those in flight fit together; a run that would not fit alone never starts. */
export function memoryAdmission({
  limit,
  needOf,
}: MemoryBudget): (run: PlannedRun, inFlight: readonly PlannedRun[]) => Admission {
  const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
  return (run, inFlight) => {
    const need = needOf(run);
    if (need > limit) {
      return {
        may: 'never',
        why: `needs about ${gib(need)}, and ${gib(limit)} are there; a smaller model or batch, or --memory, may mend it`,
      };
    }
    const taken = inFlight.reduce((sum, other) => sum + needOf(other), 0);
    return { may: taken + need > limit ? 'wait' : 'start' };
  };
}
