import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import type { RunFailure } from '@tsarank/config';
import type { ProcessEnd } from '@tsarank/runs';
import type { RunProgram } from './slurm-program';
import { submissionFolder, type SlurmJob } from './slurm-submission';
import type { SlurmTask } from './slurm-tasks';

/** Slurm's word for why a task ended, as the cause of a failed run. */
const CAUSES: Record<string, RunFailure['kind']> = {
  BOOT_FAIL: 'preempted',
  CANCELLED: 'cancelled',
  DEADLINE: 'timeout',
  NODE_FAIL: 'preempted',
  OUT_OF_MEMORY: 'out-of-memory',
  PREEMPTED: 'preempted',
  REVOKED: 'preempted',
  TIMEOUT: 'timeout',
};

/**
 * How an ended task ended.
 *
 * @param task What Slurm says; undefined when it has forgotten the task.
 */
export async function slurmEnd(
  job: SlurmJob,
  runsDir: string,
  task: SlurmTask | undefined,
  run: RunProgram,
): Promise<ProcessEnd> {
  const id = job.id ?? task?.id;
  const accounted = !task || task.state === 'CANCELLED' ? await accountedState(id, run) : undefined;
  // The accounts say by whom: "CANCELLED by 1000".
  const state = accounted ?? task?.state;
  const kind = CAUSES[state?.split(' ')[0] ?? ''];
  if (kind) return { code: null, signal: null, failure: { kind, message: messageOf(state!, id, task?.reason) } };
  if (task?.reason === 'JobLaunchFailure' || state === 'LAUNCH_FAILED') {
    const message = `Slurm could not start job ${id} (${task?.reason}); can its node write ${submissionFolder(runsDir, job.name)}?`;
    return { code: null, signal: null, failure: { kind: 'error', message } };
  }
  const end = writtenEnd(job, runsDir) ?? (await knownEnd(id, run));
  if (end) return end;
  if (state === 'COMPLETED') return { code: 0, signal: null };
  if (state !== undefined) return { code: null, signal: null };
  return {
    code: null,
    signal: null,
    failure: { kind: 'killed', message: `Slurm no longer knows job ${id ?? job.name}, and it left no record` },
  };
}

function messageOf(state: string, id: string | undefined, reason?: string): string {
  const why = reason && reason !== 'None' ? ` (${reason})` : '';
  const by = / by (\d+)$/.exec(state)?.[1];
  if (state.startsWith('CANCELLED')) return `job ${id} was cancelled in Slurm${by ? ` by user ${by}` : ''}${why}`;
  return `job ${id} ended as ${state} in Slurm${why}`;
}

/** The exit code that the script has written, if it lived to. */
function writtenEnd({ name, task }: SlurmJob, runsDir: string): ProcessEnd | undefined {
  try {
    const text = readFileSync(path.join(submissionFolder(runsDir, name), 'ends', String(task)), 'utf8');
    return /^\d+\n$/.test(text) ? endOf(Number(text), 0) : undefined;
  } catch {
    return undefined;
  }
}

/** The exit code that Slurm still knows. */
async function knownEnd(id: string | undefined, run: RunProgram): Promise<ProcessEnd | undefined> {
  if (id === undefined) return undefined;
  const { code, stdout } = await run('scontrol', ['show', 'job', '-o', id]);
  const [, exit, signal] = (code === 0 && / ExitCode=(\d+):(\d+)/.exec(stdout)) || [];
  return exit === undefined ? undefined : endOf(Number(exit), Number(signal));
}

/** What the accounts say, where a cluster keeps any. */
async function accountedState(id: string | undefined, run: RunProgram): Promise<string | undefined> {
  if (id === undefined) return undefined;
  const { code, stdout } = await run('sacct', ['-n', '-X', '-P', '-j', id, '-o', 'State']).catch(() => ({
    code: 1,
    stdout: '',
  }));
  return (code === 0 && stdout.trim().split('\n').at(-1)) || undefined;
}

/** A shell says 128 + n for a child that signal n has ended. */
function endOf(exit: number, signal: number): ProcessEnd {
  const number = signal || (exit > 128 ? exit - 128 : 0);
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name === undefined ? { code: exit, signal: null } : { code: null, signal: name };
}
