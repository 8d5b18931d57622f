import type { Executor, JobState, Admission } from './executor';
import { startRunProcess, type RunCommand, type RunProcess } from './run-process';
import type { PlannedRun } from '@tsarank/ablation';

export interface LocalExecutorOptions {
  command: RunCommand;
  /** Processes at a time. */
  slots: number;
  /** What runs need and what there is; absent: memory is not looked at. */
  memory?: MemoryBudget;
}

/** A run in a process of its own on this machine. */
export type LocalJob = RunProcess;

/** Runs as child processes; they print into `log.txt` and end with this process. */
export function localExecutor({ command, slots, memory }: LocalExecutorOptions): Executor<LocalJob> {
  return {
    name: 'local',
    slots,
    pollMs: 100,
    outlives: false,
    ...(memory ? { admit: memoryAdmission(memory) } : {}),
    submit: async (runs, runsDir) => runs.map(({ runId }) => startRunProcess(command, runId, runsDir)),
    poll: async (jobs) => jobs.map(({ end }): JobState => (end ? { state: 'ended', end } : { state: 'running' })),
    cancel: async (jobs, graceMs) => void (await Promise.all(jobs.map((job) => job.stop(graceMs)))),
    logs: ({ log }) => log,
    describe: ({ pid }) => `process ${pid ?? 'none'}`,
  };
}

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
