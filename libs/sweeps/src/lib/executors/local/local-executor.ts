import type { Executor, JobState } from '../executor';
import { memoryAdmission, type MemoryBudget } from './memory-admission';
import { startRunProcess, type RunCommand, type RunProcess } from '../run-process';

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
