import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type ProcessEnd, runFolder } from '@tsarank/runs';

/** Program and arguments; the path of a `planned.json` and the folder of all runs are appended. */
export type RunCommand = readonly [string, ...string[]];

/** A run in a process of its own on this machine. */
export interface RunProcess {
  readonly pid: number | undefined;
  /** What it prints. */
  readonly log: string;
  /** How it ended; absent while it runs. */
  readonly end?: ProcessEnd;
  readonly isStopping: boolean;
  /** Resolves when it has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Asks it to save and end, and kills it after `graceMs`; resolves when it has ended. */
  stop(graceMs: number): Promise<ProcessEnd>;
}

/** Starts a run's process; it prints into `log.txt` and ends with this process. */
export function startRunProcess([program, ...args]: RunCommand, runId: string, runsDir: string): RunProcess {
  const { planned, log } = runFolder(runsDir, runId);
  const output = openSync(log, 'a');
  // The channel tells the child when this process is gone.
  const child = spawn(program, [...args, planned, runsDir], { stdio: ['ignore', output, output, 'ipc'] });
  closeSync(output);
  let end: ProcessEnd | undefined;
  let stopping: Promise<ProcessEnd> | undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const settle = (how: ProcessEnd): void => resolve((end ??= how));
    child.on('error', (error) => settle({ code: null, signal: error.message }));
    child.on('exit', (code, signal) => settle({ code, signal }));
  });
  const endNow = async (graceMs: number): Promise<ProcessEnd> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
    return ended;
  };
  return {
    pid: child.pid,
    log,
    ended,
    get end() {
      return end;
    },
    get isStopping() {
      return stopping !== undefined;
    },
    stop: (graceMs) => (stopping ??= end ? ended : endNow(graceMs)),
  };
}
