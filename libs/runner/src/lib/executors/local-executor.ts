import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun } from '@tsarank/ablation';
import { runFolder } from '../run-folder';
import type { ProcessEnd } from '../run-failure';
import type { Executor, JobState } from './executor';
import { memoryAdmission, type MemoryBudget } from './memory-admission';

export interface LocalExecutorOptions {
  /** Program and arguments; the path of a `planned.json` and the folder of all runs are appended. */
  command: readonly [string, ...string[]];
  /** Processes at a time. */
  slots: number;
  /** What runs need and what there is; absent: memory is not looked at. */
  memory?: MemoryBudget;
}

/** A run in a process of its own on this machine. */
export interface LocalJob {
  child: ChildProcess;
  log: string;
  end?: ProcessEnd;
}

/** Runs as child processes; they print into `log.txt` and end with this process. */
export function localExecutor({ command: [program, ...args], slots, memory }: LocalExecutorOptions): Executor<LocalJob> {
  const start = (run: PlannedRun, runsDir: string): LocalJob => {
    const { planned, log } = runFolder(runsDir, run.runId);
    const output = openSync(log, 'a');
    // The channel tells the child when this process is gone.
    const stdio = ['ignore', output, output, 'ipc'] as const;
    const child = spawn(program, [...args, planned, runsDir], { stdio: [...stdio] });
    closeSync(output);
    const job: LocalJob = { child, log };
    child.on('error', (error) => (job.end ??= { code: null, signal: error.message }));
    child.on('exit', (code, signal) => (job.end = { code, signal }));
    return job;
  };
  return {
    name: 'local',
    slots,
    pollMs: 100,
    outlives: false,
    ...(memory ? { admit: memoryAdmission(memory) } : {}),
    submit: async (runs, runsDir) => runs.map((run) => start(run, runsDir)),
    poll: async (jobs) => jobs.map(({ end }): JobState => (end ? { state: 'ended', end } : { state: 'running' })),
    async cancel(jobs, graceMs) {
      const isLeft = ({ end }: LocalJob): boolean => end === undefined;
      const deadline = performance.now() + graceMs;
      jobs.filter(isLeft).forEach(({ child }) => child.kill('SIGTERM'));
      while (jobs.some(isLeft) && performance.now() < deadline) await sleep(20);
      jobs.filter(isLeft).forEach(({ child }) => child.kill('SIGKILL'));
      while (jobs.some(isLeft)) await sleep(20);
    },
    logs: ({ log }) => log,
    describe: ({ child }) => `process ${child.pid ?? 'none'}`,
  };
}
