import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { Executor, JobState } from './executor';
import type { RunProgress } from './run-cost';
import { runFolder } from './run-folder';
import type { ProcessEnd } from './run-failure';

export interface LocalExecutorOptions {
  /** Program and arguments; the path of a `planned.json` and the folder of all runs are appended. */
  command: readonly [string, ...string[]];
  /** Processes at a time. */
  slots: number;
}

/** A run in a process of its own on this machine. */
export interface LocalJob {
  child: ChildProcess;
  log: string;
  progress?: RunProgress;
  end?: ProcessEnd;
}

/** Runs as child processes; they report over the IPC channel, print into `log.txt`, and end with this process. */
export function localExecutor({ command: [program, ...args], slots }: LocalExecutorOptions): Executor<LocalJob> {
  return {
    slots,
    submit(run: PlannedRun, runsDir: string): LocalJob {
      const { planned, log } = runFolder(runsDir, run.runId);
      const output = openSync(log, 'a');
      const stdio = ['ignore', output, output, 'ipc'] as const;
      const child = spawn(program, [...args, planned, runsDir], { stdio: [...stdio] });
      closeSync(output);
      const job: LocalJob = { child, log };
      child.on('message', (message: RunProgress) => (job.progress = message));
      child.on('error', (error) => (job.end ??= { code: null, signal: error.message }));
      child.on('exit', (code, signal) => (job.end = { code, signal }));
      return job;
    },
    poll({ progress, end }: LocalJob): JobState {
      if (end) return { state: 'ended', end };
      return { state: 'running', ...(progress ? { progress } : {}) };
    },
    cancel({ child }: LocalJob): void {
      child.kill('SIGTERM');
    },
    logs: ({ log }: LocalJob) => log,
  };
}
